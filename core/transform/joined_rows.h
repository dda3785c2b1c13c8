#ifndef SERIN_CORE_TRANSFORM_JOINED_ROWS_H_
#define SERIN_CORE_TRANSFORM_JOINED_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "core/table/table.h"
#include "core/transform/batch_stream.h"
#include "core/transform/row_collector.h"
#include "core/transform/row_key.h"

namespace serin {

// The rows of the other table of a join, found by key. Rows with equal keys form a chain in their
// order; rows with a missing key are left out. Not thread-safe while rows are added.
class JoinedRows {
 public:
  explicit JoinedRows(const StepContext* context) : collector_(context, kBytesPerRow) {}

  // `keys` and `values` are positions of columns in the batch. RESOURCE_EXHAUSTED where the rows do
  // not fit into the memory of the transformation. A batch of no rows says what columns there are.
  absl::Status Add(const Table& batch, const std::vector<int>& keys,
                   const std::vector<int>& values);
  // Says that all rows were added.
  void Finish();

  // The first row with this key, and the row after one with the same key; none() at the end.
  size_t First(RowKey key) const;
  size_t After(size_t row) const { return next_[row]; }
  size_t none() const { return next_.size(); }

  // The columns that are no keys. Row none() is missing in all of them.
  const Table& values() const { return values_; }

 private:
  struct Chain {
    size_t first;
    size_t last;
  };
  static constexpr int64_t kBytesPerRow = 80;  // Of chains_ and next_, while they grow.

  RowCollector collector_;
  Table values_;
  absl::flat_hash_map<RowKey, Chain> chains_;
  std::vector<size_t> next_;  // By row.
};

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_JOINED_ROWS_H_
