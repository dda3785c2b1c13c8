#ifndef SERIN_CORE_TRANSFORM_STEP_CONTEXT_H_
#define SERIN_CORE_TRANSFORM_STEP_CONTEXT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/table/table_source.h"
#include "google/protobuf/repeated_field.h"
#include "serin/v1/table.pb.h"

namespace serin {

struct TransformLimits {
  // What sort, deduplicate, join and statistics of all rows may hold in memory, together.
  int64_t max_memory_bytes = 256 << 20;
  int max_steps = 100;
  int max_columns = 4096;
  // Of the result: joins on keys that are not unique multiply rows.
  int64_t max_rows = 1'000'000'000;
};

// The table that the field `dataset` of a join names. Errors are those that the caller gets;
// InvalidField relative to the join.
using TableResolver =
    std::function<absl::StatusOr<std::shared_ptr<const TableSource>>(const std::string& dataset)>;

// Counts what the steps of one transformation hold. Not thread-safe.
class MemoryBudget {
 public:
  explicit MemoryBudget(int64_t limit) : limit_(limit) {}

  // False, and nothing is counted, where that is more than is left.
  bool Reserve(int64_t bytes) {
    if (bytes > limit_ - used_) return false;
    used_ += bytes;
    return true;
  }
  void Release(int64_t bytes) { used_ -= bytes; }

  int64_t limit() const { return limit_; }

 private:
  const int64_t limit_;
  int64_t used_ = 0;
};

// Which step of which transformation: what a step needs to name itself in errors, and its share of
// what all steps have together.
struct StepContext {
  std::string field;  // Such as `steps[2].sort`.
  TransformLimits limits;
  MemoryBudget* memory = nullptr;

  // INVALID_ARGUMENT for a field of the step, such as `column`.
  absl::Status Invalid(absl::string_view step_field, absl::string_view description) const;
  // RESOURCE_EXHAUSTED, reason TRANSFORM_OVER_MEMORY.
  absl::Status OverMemory() const;
  // FAILED_PRECONDITION, reason ROWS_CHANGED: a step that reads its rows twice got others.
  absl::Status RowsChanged() const;
};

using ColumnNames = google::protobuf::RepeatedPtrField<std::string>;

// The position of a column that the step names in `step_field`.
absl::StatusOr<int> ColumnNamed(const StepContext& context, absl::string_view step_field,
                                absl::string_view name, const v1::Schema& schema);

// The positions of columns that the step lists in the repeated `step_field`: one at least, none
// twice.
absl::StatusOr<std::vector<int>> ColumnsNamed(const StepContext& context,
                                              absl::string_view step_field,
                                              const ColumnNames& names, const v1::Schema& schema);

// As above, or all columns where none is listed.
absl::StatusOr<std::vector<int>> ColumnsNamedOrAll(const StepContext& context,
                                                   absl::string_view step_field,
                                                   const ColumnNames& names,
                                                   const v1::Schema& schema);

// As ColumnsNamed; all of them number or integer columns.
absl::StatusOr<std::vector<int>> NumericColumnsNamed(const StepContext& context,
                                                     absl::string_view step_field,
                                                     const ColumnNames& names,
                                                     const v1::Schema& schema);

// An error where the column is of none of these types.
absl::Status CheckType(const StepContext& context, absl::string_view step_field,
                       const v1::ColumnSchema& column, const std::vector<v1::ColumnType>& types);

// An error where no column can be given this name: empty, too long, not UTF-8, or taken.
absl::Status CheckNewName(const StepContext& context, absl::string_view step_field,
                          absl::string_view name, const v1::Schema& schema);

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_STEP_CONTEXT_H_
