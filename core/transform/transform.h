#ifndef SERIN_CORE_TRANSFORM_TRANSFORM_H_
#define SERIN_CORE_TRANSFORM_TRANSFORM_H_

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "core/table/table_source.h"
#include "core/transform/step_context.h"
#include "google/protobuf/repeated_field.h"
#include "serin/v1/transform.pb.h"

namespace serin {

using TransformSteps = google::protobuf::RepeatedPtrField<v1::TransformStep>;

// What a transformation is given besides the table and the steps.
struct TransformEnvironment {
  TransformLimits limits;
  // Where the other tables of joins come from. Asked once for each, in order of the steps.
  TableResolver resolve;
  // Asked now and then whether anybody still waits for the result.
  std::function<bool()> cancelled = [] { return false; };
};

// Applies the steps to the table, in order, and gives the rows of the result to `sink`, batch by
// batch. Returns how many there were; 0 where no row is left, `sink` is then never called.
//
// The steps are checked before any row is read; those behind a one_hot, whose columns follow from
// the rows, before any row is given to `sink`. The table is read once for the result and once more
// for each step that needs to know all rows before it can transform the first (proto comments).
// Memory: a few batches, and what limits.max_memory_bytes allows the steps to hold.
//
// Errors: InvalidField relative to TransformDatasetRequest (`steps[1].cast.column: ...`), with the
// row where one is at fault, counted from 0 as it comes to the step; RESOURCE_EXHAUSTED, naming the
// step, past a limit; CANCELLED; and those of the tables and the sink.
absl::StatusOr<int64_t> Transform(const TableSource& table, const TransformSteps& steps,
                                  const TransformEnvironment& environment, BatchSink sink);

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_TRANSFORM_H_
