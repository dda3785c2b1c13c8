#ifndef SERIN_CORE_EXPLAIN_MIXED_ROWS_H_
#define SERIN_CORE_EXPLAIN_MIXED_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/table/table.h"

namespace serin {

// Rows that have some values of one row, and the others of rows of a background.
class MixedRows {
 public:
  // Row `row` of `rows`, whose columns have the types of the background's.
  MixedRows(const Table& background, const Table& rows, size_t row);

  // What an entry of `sources` says to take the row's own value; others are rows of the background.
  uint32_t own() const { return own_; }

  // One row per `column count` entries: of which row each value is.
  Table Take(const std::vector<uint32_t>& sources) const;

 private:
  Table all_;  // The background, then the row.
  uint32_t own_;
};

}  // namespace serin

#endif  // SERIN_CORE_EXPLAIN_MIXED_ROWS_H_
