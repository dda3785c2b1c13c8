#include "client/cli/histogram_text.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace serin {
namespace {

constexpr absl::string_view kBlocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
constexpr absl::string_view kAscii[] = {" ", ".", ":", "-", "=", "+", "*", "#", "@"};
constexpr int64_t kSteps = std::size(kBlocks) - 1;
static_assert(std::size(kBlocks) == std::size(kAscii));

int64_t Height(int64_t count, int64_t largest) {
  if (count == 0) return 0;
  const double share = static_cast<double>(count) / static_cast<double>(largest);
  return std::clamp<int64_t>(static_cast<int64_t>(share * kSteps + 0.5), 1, kSteps);
}

}  // namespace

std::string HistogramText(const v1::NumberSummary& summary, bool utf8) {
  int64_t largest = 0;
  for (const auto& bucket : summary.histogram()) largest = std::max(largest, bucket.count());
  std::string text;
  for (const auto& bucket : summary.histogram()) {
    absl::StrAppend(&text, (utf8 ? kBlocks : kAscii)[Height(bucket.count(), largest)]);
  }
  return text;
}

}  // namespace serin
