#include "client/cli/transfer_display.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/format.h"

namespace serin {
namespace {

constexpr absl::Duration kRedraw = absl::Milliseconds(100);
// Before that, a rate says little.
constexpr absl::Duration kWarmUp = absl::Milliseconds(500);

// 1:58, 2:03:59.
std::string FormatCountdown(absl::Duration time) {
  const int64_t seconds = absl::ToInt64Seconds(absl::Ceil(time, absl::Seconds(1)));
  if (seconds < 3600) return absl::StrFormat("%d:%02d", seconds / 60, seconds % 60);
  return absl::StrFormat("%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

// A file may grow while it is read.
int64_t TotalOf(const TransferProgress& progress) {
  return std::max(progress.total_bytes.value_or(0), progress.bytes);
}

}  // namespace

std::string DescribeTransfer(const TransferProgress& progress, absl::Duration elapsed) {
  std::string text = FormatBytes(progress.bytes);
  if (progress.total_bytes) absl::StrAppend(&text, " of ", FormatBytes(TotalOf(progress)));
  if (progress.lines) absl::StrAppend(&text, "  ", FormatCount(*progress.lines), " lines");
  if (elapsed < kWarmUp || progress.bytes == 0) return text;
  const double rate = static_cast<double>(progress.bytes) / absl::ToDoubleSeconds(elapsed);
  absl::StrAppend(&text, "  ", FormatBytes(static_cast<int64_t>(rate)), "/s");
  if (progress.complete || !progress.total_bytes) return text;
  const double left = static_cast<double>(TotalOf(progress) - progress.bytes) / rate;
  return absl::StrCat(text, "  ", FormatCountdown(absl::Seconds(left)), " left");
}

void TransferDisplay::Show(const TransferProgress& progress, absl::Time now) {
  if (now < next_ && !progress.complete) return;
  next_ = now + kRedraw;
  std::optional<double> fraction;
  if (progress.total_bytes && TotalOf(progress) > 0) {
    fraction = static_cast<double>(progress.bytes) / static_cast<double>(TotalOf(progress));
  }
  bar_.Update(
      stage_, fraction,
      absl::StrCat(DescribeTransfer(progress, now - begin_), progress.complete ? "  storing" : ""));
}

}  // namespace serin
