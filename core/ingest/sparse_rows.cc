#include "core/ingest/sparse_rows.h"

#include <algorithm>
#include <utility>

namespace serin {

void SparseRows::AddCell(size_t column, absl::string_view text) {
  cells_.push_back({static_cast<uint32_t>(lines_.size()), static_cast<uint32_t>(column), text});
}

void SparseRows::AddRow(int64_t line) {
  rows_.push_back(static_cast<uint32_t>(lines_.size()));
  lines_.push_back(line);
}

// Sorts by column, keeping the order of the rows: a counting sort.
void SparseRows::Finish(size_t column_count) {
  begins_.assign(column_count + 1, 0);
  for (const Cell& cell : cells_) ++begins_[cell.column + 1];
  for (size_t column = 0; column < column_count; ++column) begins_[column + 1] += begins_[column];
  std::vector<size_t> next(begins_.begin(), begins_.end());
  std::vector<Cell> sorted(cells_.size());
  for (const Cell& cell : cells_) sorted[next[cell.column]++] = cell;
  cells_ = std::move(sorted);
}

void SparseRows::GetCells(size_t column, size_t first, absl::Span<absl::string_view> cells) {
  const auto end = cells_.begin() + static_cast<std::ptrdiff_t>(begins_[column + 1]);
  auto cell =
      std::lower_bound(cells_.begin() + static_cast<std::ptrdiff_t>(begins_[column]), end,
                       rows_[first], [](const Cell& at, uint32_t row) { return at.row < row; });
  for (size_t i = 0; i < cells.size(); ++i) {
    const uint32_t row = rows_[first + i];
    cells[i] = absent_;
    for (; cell != end && cell->row <= row; ++cell) {
      if (cell->row == row) cells[i] = cell->text;
    }
  }
}

int64_t SparseRows::LineOf(size_t row, size_t /*column*/) const { return lines_[rows_[row]]; }

void SparseRows::Remove(absl::Span<const size_t> rows) {
  size_t to = 0;
  size_t next = 0;
  for (size_t row = 0; row < rows_.size(); ++row) {
    if (next < rows.size() && rows[next] == row) {
      ++next;
    } else {
      rows_[to++] = rows_[row];
    }
  }
  rows_.resize(to);
}

}  // namespace serin
