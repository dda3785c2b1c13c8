#ifndef SERIN_CORE_PROFILE_TOP_VALUES_H_
#define SERIN_CORE_PROFILE_TOP_VALUES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "serin/v1/dataset.pb.h"

namespace serin {

// Chooses the values that a profile lists as the most frequent ones: at most ten; ties in order of
// the value.
template <typename Value>
class TopValues {
 public:
  // A value that occurs `count` times, or up to `error` times more often.
  void Offer(Value value, int64_t count, int64_t error) {
    // What may as well be rare is noise.
    if (count >= error) offers_.push_back({count + error, error, std::move(value)});
  }

  // Lists them with the counts that they have at most. Call once.
  template <typename Format>
  void List(Format format, v1::ColumnProfile& out) {
    const size_t kept = std::min(kMost, offers_.size());
    std::partial_sort(offers_.begin(), offers_.begin() + static_cast<ptrdiff_t>(kept),
                      offers_.end(), [](const Offered& a, const Offered& b) {
                        return a.most != b.most ? a.most > b.most : a.value < b.value;
                      });
    int64_t error = 0;
    for (size_t i = 0; i < kept; ++i) {
      v1::ValueCount* entry = out.add_top_values();
      entry->set_value(format(offers_[i].value));
      entry->set_count(offers_[i].most);
      error = std::max(error, offers_[i].error);
    }
    out.set_top_values_error(error);
  }

 private:
  static constexpr size_t kMost = 10;

  struct Offered {
    int64_t most;
    int64_t error;
    Value value;
  };

  std::vector<Offered> offers_;
};

}  // namespace serin

#endif  // SERIN_CORE_PROFILE_TOP_VALUES_H_
