#ifndef SERIN_CORE_PIPELINE_COLUMN_STEP_H_
#define SERIN_CORE_PIPELINE_COLUMN_STEP_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/table/table.h"
#include "serin/v1/table.pb.h"

namespace serin {

// Numbers are limited to this on both sides, so that what follows neither overflows single
// precision nor meets infinity minus infinity.
inline constexpr double kMaxMagnitude = 1e30;

// Stands for a string that the fitting rows did not have.
inline constexpr int32_t kUnseenCategory = -1;

// A run of rows and where they go.
struct StepBlock {
  size_t begin;
  size_t end;
  double* out;    // Of the step's first output in the first row.
  size_t stride;  // Between rows.
};

// What a pipeline makes of one column. Immutable and thread-safe.
class ColumnStep {
 public:
  virtual ~ColumnStep() = default;

  virtual size_t output_count() const = 0;

  // True if an output can be NaN.
  virtual bool can_yield_nan() const = 0;

  // Writes the outputs of the block's rows. `categories`: by code of the column, the index of the
  // category or kUnseenCategory; empty where the column is of numbers.
  virtual void Apply(const ColumnData& column, const std::vector<int32_t>& categories,
                     const StepBlock& block) const = 0;
};

// INVALID_ARGUMENT: a transform does not fit its column.
absl::Status Misfit(const v1::ColumnSchema& column, absl::string_view what);

}  // namespace serin

#endif  // SERIN_CORE_PIPELINE_COLUMN_STEP_H_
