#ifndef SERIN_CORE_QUERY_CHUNK_H_
#define SERIN_CORE_QUERY_CHUNK_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "core/table/table_source.h"

// What a virtual table of SQLite stands on.

namespace serin {

// Consecutive rows of a table. Columns are by their position in the schema; null: not read.
struct Chunk {
  int64_t first_row = 0;
  int64_t row_count = 0;
  std::vector<const ColumnData*> columns;
};

// Reads chunks in order. Not thread-safe.
class ChunkReader {
 public:
  virtual ~ChunkReader() = default;

  // The next chunk; null after the last one. Valid until the next call.
  virtual absl::StatusOr<const Chunk*> Next() = 0;
};

// A table that can be read chunk by chunk, any number of times.
class ChunkedTable {
 public:
  virtual ~ChunkedTable() = default;

  virtual const v1::Schema& schema() const = 0;
  virtual int64_t row_count() const = 0;
  // True where reading it again may give other rows.
  virtual bool changes() const { return false; }
  // The reader must not outlive the table.
  virtual absl::StatusOr<std::unique_ptr<ChunkReader>> Read(ReadPlan plan) const = 0;
};

std::unique_ptr<ChunkedTable> MakeChunkedTable(std::shared_ptr<const TableSource> source);

// What the values of a column take in memory, in bytes.
int64_t MemoryOf(const ColumnData& column);

}  // namespace serin

#endif  // SERIN_CORE_QUERY_CHUNK_H_
