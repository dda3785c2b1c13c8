#ifndef SERIN_CORE_TABLE_TABLE_SOURCE_H_
#define SERIN_CORE_TABLE_TABLE_SOURCE_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/table/table.h"
#include "serin/v1/table.pb.h"

// The seam between where tables are kept (memory, the dataset role's store) and what reads them
// batch by batch in bounded memory (SQL, transformations, profiles, downloads).

namespace serin {

// Consecutive rows of some columns of a table.
struct TableBatch {
  int64_t first_row = 0;  // Within the table, counted from 0.
  int64_t row_count = 0;  // Of every column; counts also where there is none.
  Table table;            // The columns asked for, in the order asked for.
};

// A column has values within [min, max] only; both may be infinite. Missing values match none.
// For string columns there is `equals` instead.
struct ColumnPredicate {
  int column = 0;  // Position in the schema of the source.
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  std::optional<std::string> equals;
};

// What to read of a table.
struct ReadPlan {
  std::vector<int> columns;  // Positions in the schema; may be empty, to count rows.
  int64_t first_row = 0;     // Rows before it are skipped.
  int64_t row_limit = std::numeric_limits<int64_t>::max();
  // Hints: batches without a row that matches all of them may be left out. Rows that do not match
  // may still come.
  std::vector<ColumnPredicate> predicates;
};

// Reads a table once, in order. Not thread-safe.
class TableCursor {
 public:
  virtual ~TableCursor() = default;

  // The next batch, of at least one row and about 64 Ki at most; null after the last one. After an
  // error the cursor is not to be used. Valid until the next call.
  virtual absl::StatusOr<const TableBatch*> Next() = 0;
};

// A table that does not change while this exists. Thread-safe.
class TableSource {
 public:
  virtual ~TableSource() = default;

  virtual const v1::Schema& schema() const = 0;
  virtual int64_t row_count() const = 0;

  // The cursor must not outlive the source.
  virtual absl::StatusOr<std::unique_ptr<TableCursor>> Read(ReadPlan plan) const = 0;
};

// Takes a table batch by batch. An error ends the writing.
using BatchSink = absl::FunctionRef<absl::Status(Table batch)>;

// A table in memory as a source.
class MemoryTable : public TableSource {
 public:
  // Batches have at most `batch_rows` rows.
  explicit MemoryTable(Table table, int64_t batch_rows = 64 << 10);

  const v1::Schema& schema() const override { return schema_; }
  int64_t row_count() const override { return static_cast<int64_t>(table_.row_count()); }
  absl::StatusOr<std::unique_ptr<TableCursor>> Read(ReadPlan plan) const override;

 private:
  const Table table_;
  const v1::Schema schema_;
  const int64_t batch_rows_;
};

}  // namespace serin

#endif  // SERIN_CORE_TABLE_TABLE_SOURCE_H_
