#ifndef SERIN_CORE_PROFILE_TOP_VALUES_H_
#define SERIN_CORE_PROFILE_TOP_VALUES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/profile/frequent_values.h"
#include "serin/v1/dataset.pb.h"

namespace serin {

// At most this many values are listed in a profile.
inline constexpr size_t kTopValues = 10;

// Lists the most frequent values: counts as they may be at most, and only of values that are known
// to occur at least half as often; what has less is noise. `decode` makes of what the table holds
// something that orders as ties are to be ordered, `format` makes text of that.
template <typename Value, typename Decode, typename Format>
void AddTopValues(const FrequentValues<Value>& values, Decode decode, Format format,
                  v1::ColumnProfile& out) {
  using Decoded = decltype(decode(std::declval<const Value&>()));
  std::vector<std::pair<int64_t, Decoded>> top;  // Counts are negative: the greatest first.
  const int64_t error = values.error();
  values.ForEach([&](uint64_t, const Value& value, int64_t count) {
    if (count >= error) top.emplace_back(-(count + error), decode(value));
  });
  const size_t kept = std::min(kTopValues, top.size());
  std::partial_sort(top.begin(), top.begin() + static_cast<ptrdiff_t>(kept), top.end());
  for (size_t i = 0; i < kept; ++i) {
    v1::ValueCount* entry = out.add_top_values();
    entry->set_value(format(top[i].second));
    entry->set_count(-top[i].first);
  }
  out.set_top_values_exact(error == 0);
  out.set_top_values_error(error);
}

}  // namespace serin

#endif  // SERIN_CORE_PROFILE_TOP_VALUES_H_
