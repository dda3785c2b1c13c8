#ifndef SERIN_CORE_PIPELINE_FIT_H_
#define SERIN_CORE_PIPELINE_FIT_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "core/table/table.h"
#include "google/protobuf/repeated_field.h"
#include "serin/internal/v1/bundle.pb.h"
#include "serin/v1/job.pb.h"

namespace serin {

// The most inputs that the categories of all features together may become by ENCODING_ONE_HOT.
inline constexpr size_t kMaxOneHotOutputs = 100'000;

// What the rows that a pipeline is fitted on teach, for encodings that look at it.
struct FitTarget {
  // Per row the number, or the index of the class.
  const std::vector<double>& values;
  size_t class_count;  // 0: regression.
};

// Fits on all rows of the table, one transform per column, as its resolved preprocessing (nothing
// open, in order of the columns) says. A column without values gets a transform that tells nothing.
// Columns are fitted on up to `threads` threads.
//
// INVALID_ARGUMENT on the field `features` naming the column that holds numbers too large to be
// averaged or scaled, or that brings the one-hot inputs over their limit; on `preprocessing` for
// the target's mean with more than two classes.
absl::StatusOr<internal::v1::Pipeline> FitPipeline(
    const Table& rows, const google::protobuf::RepeatedPtrField<v1::Preprocessing>& preprocessing,
    const FitTarget& target, size_t threads = 1);

}  // namespace serin

#endif  // SERIN_CORE_PIPELINE_FIT_H_
