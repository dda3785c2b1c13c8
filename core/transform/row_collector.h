#ifndef SERIN_CORE_TRANSFORM_ROW_COLLECTOR_H_
#define SERIN_CORE_TRANSFORM_ROW_COLLECTOR_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "core/table/table.h"
#include "core/table/table_appender.h"
#include "core/transform/step_context.h"

namespace serin {

// Holds all rows that come to a step, within the memory of the transformation. Not thread-safe.
class RowCollector {
 public:
  // `row_overhead`: bytes that the step is going to need besides, for each row.
  RowCollector(const StepContext* context, int64_t row_overhead)
      : context_(context), row_overhead_(row_overhead) {}

  // RESOURCE_EXHAUSTED, naming the step, where the rows do not fit any more.
  absl::Status Append(const Table& batch) { return Append(batch, batch.row_count()); }
  // The same of so many rows, where a batch may be without columns.
  absl::Status Append(const Table& batch, size_t row_count);

  Table Take() { return appender_.Take(); }

 private:
  absl::Status ReserveStrings();

  const StepContext* const context_;
  const int64_t row_overhead_;
  TableAppender appender_;
  std::vector<size_t> counted_strings_;  // By column: of its dictionary, so many are reserved for.
};

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_ROW_COLLECTOR_H_
