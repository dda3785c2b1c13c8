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

// What a linear model, or the first layer of a network, makes of rows: adds to each of `width` sums
// of a row each output of the row times a weight.
template <typename T>
struct Products {
  const T* weights;  // output_count() x width, row by row.
  size_t width;
  T* sums;  // (end - begin) x width, row by row.
  // Outputs are limited to this on both sides first, and then rounded to T.
  double limit = kMaxMagnitude;
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

  // Adds the products of the outputs of rows [begin, end), output by output, without writing the
  // outputs anywhere. Outputs of 0 may be left out, which only shows where a sum is -0.
  virtual void AddProducts(const ColumnData& column, const std::vector<int32_t>& categories,
                           size_t begin, size_t end, const Products<double>& products) const = 0;
  virtual void AddProducts(const ColumnData& column, const std::vector<int32_t>& categories,
                           size_t begin, size_t end, const Products<float>& products) const = 0;
};

// INVALID_ARGUMENT: a transform does not fit its column.
absl::Status Misfit(const v1::ColumnSchema& column, absl::string_view what);

}  // namespace serin

#endif  // SERIN_CORE_PIPELINE_COLUMN_STEP_H_
