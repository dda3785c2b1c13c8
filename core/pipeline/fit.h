#ifndef SERIN_CORE_PIPELINE_FIT_H_
#define SERIN_CORE_PIPELINE_FIT_H_

#include <cstddef>

#include "absl/status/statusor.h"
#include "core/table/table.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// What an estimator can take.
enum class InputKind {
  // No gaps, comparable scales: numbers are filled with their mean and standardised (mean 0,
  // standard deviation 1), categories become one input each.
  kStandardised,
  // Gaps and any scale: numbers stay as they are, categories become their index.
  kRaw,
};

// The most inputs that the categories of all features together may become under kStandardised.
inline constexpr size_t kMaxOneHotOutputs = 100'000;

// Decides on a transform per column and fits it on all rows of the table. INVALID_ARGUMENT on the
// field `features` naming the column that has no values, holds numbers too large to standardise, or
// brings the categories over their limit.
absl::StatusOr<internal::v1::Pipeline> FitPipeline(const Table& rows, InputKind kind);

}  // namespace serin

#endif  // SERIN_CORE_PIPELINE_FIT_H_
