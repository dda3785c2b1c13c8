#ifndef SERIN_CORE_TRANSFORM_FILL_VALUE_H_
#define SERIN_CORE_TRANSFORM_FILL_VALUE_H_

#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "core/table/table.h"
#include "core/transform/step_context.h"
#include "serin/v1/transform.pb.h"

namespace serin {

// Finds the value that a column's missing ones are filled with, of all that it has. Not
// thread-safe.
class FillValueFinder {
 public:
  virtual ~FillValueFinder() = default;

  // The next batch of the column.
  virtual absl::Status Add(const ColumnData& column) = 0;

  // A column of the same type whose one row is the value; nothing where no value was added. Call
  // once.
  virtual std::optional<ColumnData> Find() = 0;
};

// For a column of this type; `strategy` is MEAN, MEDIAN (number and integer columns) or
// MOST_FREQUENT. `context` must outlive the finder.
std::unique_ptr<FillValueFinder> NewFillValueFinder(
    v1::TransformStep::FillMissing::Strategy strategy, v1::ColumnType type,
    const StepContext* context);

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_FILL_VALUE_H_
