#ifndef SERIN_CORE_INGEST_TABLE_BUILDER_H_
#define SERIN_CORE_INGEST_TABLE_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/ingest/bad_rows.h"
#include "core/ingest/column_builder.h"
#include "core/ingest/ingest_options.h"
#include "core/ingest/row_reader.h"
#include "core/ingest/table_reader.h"

namespace serin {

// Makes rows of text into typed batches. Not thread-safe.
//
// Rows are appended in blocks that stay in the processor's cache, one column after the other. Where
// a column turns out to hold strings while the batch has rows of it as numbers, the batch goes back
// to where the window began, rows of earlier windows are given out as they are, and the window is
// read again from its text.
class TableBuilder {
 public:
  // Options and schema are valid.
  TableBuilder(const IngestOptions& options, const v1::Schema& schema, const IngestLimits& limits,
               TableReader::Sink sink);

  // The columns, where the format names them before the rows. InvalidField where the schema names
  // one that is not among them.
  absl::Status SetColumns(std::vector<std::string> names);

  // Finds a column by name; one that is new is added, and has no value in the rows until now.
  // Columns of the schema come first. RESOURCE_EXHAUSTED for too many.
  absl::StatusOr<size_t> FindOrAddColumn(absl::string_view name);

  size_t column_count() const { return columns_.size(); }
  const std::string& column_name(size_t column) const { return columns_[column].name(); }
  // "line 3, column 2 ('age')"; `column` counts from 0.
  FilePlace PlaceOf(int64_t line, size_t column) const;

  // For the bad rows of the next window.
  BadRowList NewBadRows() const { return bad_rows_.NewList(); }

  // Appends the rows of one window, in which the format has found the rows `bad`.
  absl::Status Add(TextRows& rows, BadRowList bad);

  // Says that rows of earlier windows are not what they would be, had all columns been known.
  void RequireReread() { reread_ = true; }
  // Whether there are such rows.
  bool has_rows() const { return row_count_ > 0 || batch_rows_ > 0; }

  // The last batch, and what was read; `format` is not set.
  absl::StatusOr<IngestResult> Finish();

 private:
  void AddColumn(std::string name, v1::ColumnType type);
  absl::Status CheckAllSeen() const;
  absl::Status CountValues(const TextRows& rows);
  size_t BlockRows(size_t left) const;
  // Returns whether all columns took the block; its size shrinks by the rows that are bad.
  bool AppendBlock(TextRows& rows, size_t first, size_t* count, BadRowList* bad);
  void AppendFallible(TextRows& rows, size_t first, size_t* count, BadRowList* bad);
  absl::Span<const absl::string_view> CellsOf(TextRows& rows, size_t column, size_t first,
                                              size_t count);
  BadRow Describe(TextRows& rows, size_t row, size_t column);
  bool BatchIsFull() const;
  void MarkBatch();
  void TruncateBatch();
  absl::Status Emit();

  const v1::Schema schema_;
  const absl::flat_hash_set<std::string> inferred_strings_;
  const size_t max_columns_;
  const int64_t max_values_;
  const bool bad_values_are_missing_;
  const TableReader::Sink sink_;
  BadRowPolicy bad_rows_;
  std::deque<ColumnBuilder> columns_;
  absl::flat_hash_map<std::string, size_t> positions_;
  std::vector<bool> seen_;  // By column: in the file.
  size_t batch_rows_ = 0;
  size_t marked_rows_ = 0;
  int64_t row_count_ = 0;    // Given out.
  int64_t value_count_ = 0;  // Rows by columns.
  bool reread_ = false;
  std::vector<absl::string_view> cells_;  // Of one block and column.
};

}  // namespace serin

#endif  // SERIN_CORE_INGEST_TABLE_BUILDER_H_
