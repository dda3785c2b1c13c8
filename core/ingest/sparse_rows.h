#ifndef SERIN_CORE_INGEST_SPARSE_ROWS_H_
#define SERIN_CORE_INGEST_SPARSE_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/ingest/row_reader.h"

namespace serin {

// Rows of a format whose lines name the columns that they have values of. The text of the cells
// outlives it.
class SparseRows : public TextRows {
 public:
  // `absent`: the cell of a column that a row does not have.
  explicit SparseRows(absl::string_view absent) : absent_(absent) {}

  // Adds a cell to the row that AddRow will end; of several in one column the last counts.
  void AddCell(size_t column, absl::string_view text);
  void AddRow(int64_t line);
  // Says that all rows were added.
  void Finish(size_t column_count);

  size_t row_count() const override { return rows_.size(); }
  void GetCells(size_t column, size_t first, absl::Span<absl::string_view> cells) override;
  int64_t LineOf(size_t row, size_t column) const override;
  void Remove(absl::Span<const size_t> rows) override;

 private:
  struct Cell {
    uint32_t row;  // As it was added.
    uint32_t column;
    absl::string_view text;
  };

  const absl::string_view absent_;
  std::vector<Cell> cells_;     // By row, then, once finished, by column and row.
  std::vector<size_t> begins_;  // Of each column in cells_, and the end of the last.
  std::vector<int64_t> lines_;  // By row as it was added.
  std::vector<uint32_t> rows_;  // Those that are left, as they were added.
};

}  // namespace serin

#endif  // SERIN_CORE_INGEST_SPARSE_ROWS_H_
