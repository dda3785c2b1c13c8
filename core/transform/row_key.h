#ifndef SERIN_CORE_TRANSFORM_ROW_KEY_H_
#define SERIN_CORE_TRANSFORM_ROW_KEY_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "core/table/table.h"

namespace serin {

// The values of some columns in one row as 128 bits of XXH3 (xxhash.com), which stand for the
// values themselves: among 10^9 different rows the chance that any two have the same key is below
// 10^-20. A number equals an integer of the same value, and 0 equals -0; strings equal strings.
using RowKey = absl::uint128;

// Makes the keys of the rows of one batch. The batch must outlive it. Not thread-safe.
class RowKeys {
 public:
  RowKeys(const Table& batch, const std::vector<int>& columns);

  // Missing equals missing.
  RowKey Of(size_t row);
  // Nothing where a value is missing.
  std::optional<RowKey> OfComplete(size_t row);

 private:
  struct KeyColumn {
    const ColumnData* column;
    std::vector<RowKey> strings;  // By code; those that are needed.
    std::vector<bool> hashed;
  };

  void AppendCell(KeyColumn& key_column, size_t row);

  std::vector<KeyColumn> columns_;
  std::string bytes_;  // Of the row at hand.
};

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_ROW_KEY_H_
