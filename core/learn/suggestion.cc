#include "core/learn/suggestion.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"

namespace serin {
namespace {

constexpr size_t kMaxEdits = 2;
// Longer names take too long to compare with thousands of others.
constexpr size_t kMaxLength = 64;

// Levenshtein's distance, row by row (Wagner and Fischer 1974).
size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row[b.size()];
}

bool WorthComparing(absl::string_view a, absl::string_view b) {
  const size_t longer = std::max(a.size(), b.size());
  return longer <= kMaxLength && longer - std::min(a.size(), b.size()) <= kMaxEdits;
}

}  // namespace

std::string DidYouMean(absl::string_view name, const std::vector<std::string>& known) {
  // More than half of a short name wrong is another name.
  size_t best = std::min(kMaxEdits, name.size() / 2) + 1;
  const std::string* closest = nullptr;
  for (const std::string& candidate : known) {
    if (!WorthComparing(name, candidate)) continue;
    const size_t distance = EditDistance(name, candidate);
    if (distance >= best) continue;
    best = distance;
    closest = &candidate;
  }
  return closest == nullptr ? "" : absl::StrCat("; did you mean '", *closest, "'?");
}

}  // namespace serin
