#ifndef SERIN_CORE_QUERY_KEPT_TABLE_H_
#define SERIN_CORE_QUERY_KEPT_TABLE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "core/query/chunk.h"
#include "core/query/row_condition.h"
#include "core/query/scan_context.h"

namespace serin {

// Columns of a table kept in memory, with a hash index on some of them. SQLite reads the inner
// table of a join once for each row of the outer one, and has no automatic index for virtual
// tables; this is that index.
class KeptTable {
 public:
  // Reads the table. Null where the memory for it is not granted.
  static absl::StatusOr<std::unique_ptr<KeptTable>> Build(const ChunkedTable& table,
                                                          std::vector<int> columns,
                                                          std::vector<int> keys,
                                                          ScanContext* context);
  ~KeptTable();

  // Values of the keys, in their order; nothing where an index cannot tell one from
  // others (numbers against text).
  std::optional<uint64_t> KeyOf(const std::vector<const SqlValue*>& values) const;

  // Rows one after the other, a chunk at a time.
  struct Position {
    size_t chunk = 0;
    uint32_t next = kNone;
  };
  Position Begin() const { return {}; }
  Position Find(uint64_t key) const { return {0, heads_[key & (heads_.size() - 1)]}; }

  // All rows of the next chunk, or those that may have the key, which must be looked at again;
  // null after the last one.
  const Chunk* NextChunk(Position& position, RowSelection& rows) const;
  const Chunk* NextMatches(Position& position, RowSelection& rows) const;

 private:
  static constexpr uint32_t kNone = 0xffffffff;

  // A chunk with the columns that it points to.
  struct KeptChunk {
    Chunk chunk;
    std::vector<ColumnData> columns;
    uint32_t begin = 0;  // Of its rows, counted from the first one kept.
  };

  KeptTable(const ChunkedTable& table, std::vector<int> keys, ScanContext* context);

  absl::StatusOr<bool> Keep(const ChunkedTable& table, const std::vector<int>& columns);
  bool KeepChunk(const Chunk& chunk);
  bool MakeIndex();
  void AddToIndex(const KeptChunk& kept);
  bool Charge(int64_t bytes);

  const std::vector<int> keys_;
  std::vector<v1::ColumnType> key_types_;
  ScanContext* const context_;
  int64_t charged_ = 0;
  std::vector<std::unique_ptr<KeptChunk>> chunks_;
  uint32_t rows_ = 0;
  // Rows with the same hash, modulo the size of `heads_`, are a list in ascending order.
  std::vector<uint32_t> heads_;
  std::vector<uint32_t> next_;
};

}  // namespace serin

#endif  // SERIN_CORE_QUERY_KEPT_TABLE_H_
