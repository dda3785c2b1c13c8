#ifndef SERIN_CORE_TRANSFORM_COLUMN_QUANTILES_H_
#define SERIN_CORE_TRANSFORM_COLUMN_QUANTILES_H_

#include <vector>

#include "absl/status/status.h"
#include "core/table/table.h"
#include "core/transform/step_context.h"

namespace serin {

// Exact quantiles of a column, of values held within the memory of the transformation. Not
// thread-safe.
class ColumnQuantiles {
 public:
  explicit ColumnQuantiles(const StepContext* context) : context_(context) {}

  // RESOURCE_EXHAUSTED, naming the step, where the values do not fit any more.
  absl::Status Add(const ColumnData& column);

  bool empty() const { return values_.empty(); }

  // At fractions of [0, 1], by linear interpolation between order statistics (Hyndman and Fan 1996,
  // type 7). One value at least was added. Frees the values.
  std::vector<double> Take(const std::vector<double>& fractions);

 private:
  const StepContext* const context_;
  std::vector<double> values_;
  int64_t reserved_bytes_ = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_COLUMN_QUANTILES_H_
