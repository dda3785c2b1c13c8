#ifndef SERIN_SERVER_PREDICT_FEATURE_INDEX_H_
#define SERIN_SERVER_PREDICT_FEATURE_INDEX_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "core/base/perfect_hash.h"
#include "serin/v1/table.pb.h"

namespace serin {

// The features of one model, found by name. Immutable, thread-safe.
class FeatureIndex {
 public:
  // `features`: the columns of a row, in order. `target`: what the model predicts.
  FeatureIndex(v1::Schema features, absl::string_view target);

  size_t size() const { return static_cast<size_t>(features_.columns_size()); }
  const v1::ColumnSchema& operator[](size_t feature) const {
    return features_.columns(static_cast<int>(feature));
  }

  // The position of a feature, none for a name that is no feature.
  std::optional<size_t> Find(absl::string_view name) const { return positions_.Find(name); }

  // Why `name`, which is no feature, cannot be given: for an error message.
  std::string WhyUnknown(absl::string_view name) const;

  // About how much memory it takes.
  size_t memory_bytes() const {
    return sizeof(*this) + features_.SpaceUsedLong() + positions_.heap_bytes();
  }

 private:
  const v1::Schema features_;
  const std::string target_;
  const PerfectHash positions_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_FEATURE_INDEX_H_
