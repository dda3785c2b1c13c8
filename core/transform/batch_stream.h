#ifndef SERIN_CORE_TRANSFORM_BATCH_STREAM_H_
#define SERIN_CORE_TRANSFORM_BATCH_STREAM_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "core/table/table.h"
#include "core/table/table_source.h"

namespace serin {

// The rows between two steps, in order. Not thread-safe.
class BatchStream {
 public:
  virtual ~BatchStream() = default;

  // The next batch, of one row at least; nothing after the last. After an error: not to be called
  // again.
  virtual absl::StatusOr<std::optional<Table>> Next() = 0;
};

// How many rows of so many columns make a batch of a few MiB.
size_t RowsPerBatch(size_t columns);

// All rows of a table, which must outlive the stream. CANCELLED, from the next batch on, where
// `cancelled` says so.
absl::StatusOr<std::unique_ptr<BatchStream>> ReadAll(const TableSource& table,
                                                     std::function<bool()> cancelled);

// The same rows in batches of at most `rows`, for a step that makes a batch much larger.
std::unique_ptr<BatchStream> CutBatches(std::unique_ptr<BatchStream> input, size_t rows);

// These rows of a table, in the order given, with dictionaries of what they use where those of the
// table are much larger.
Table TakeRows(const Table& table, const size_t* begin, const size_t* end);

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_BATCH_STREAM_H_
