#ifndef SERIN_SERVER_DATASET_ROW_STREAM_H_
#define SERIN_SERVER_DATASET_ROW_STREAM_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/storage/store.h"
#include "core/table/table_source.h"
#include "serin/v1/dataset_service.pb.h"
#include "server/dataset/stored_table.h"

namespace serin {

// The rows that one ReadRows asks for, batch by batch, from a snapshot: deleting the dataset
// meanwhile changes nothing. Holds one segment at a time. Not thread-safe.
class RowStream {
 public:
  // Errors are those of ReadRows. `store` must outlive the reader.
  static absl::StatusOr<std::unique_ptr<RowStream>> Open(const Store& store,
                                                         absl::string_view project,
                                                         const v1::ReadRowsRequest& request);

  // The next batch, of about 1 MiB (or one row, where that is larger); nothing after the last row.
  absl::StatusOr<std::optional<v1::ReadRowsResponse>> Next();

 private:
  RowStream(std::shared_ptr<const StoredTable> table, std::unique_ptr<TableCursor> cursor);

  const std::shared_ptr<const StoredTable> table_;
  const std::unique_ptr<TableCursor> cursor_;
  const TableBatch* batch_ = nullptr;  // Being sent; null: the next one is to be read.
  std::vector<uint32_t> row_bytes_;    // Of the batch, on the wire.
  size_t next_row_ = 0;                // Of the batch.
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_ROW_STREAM_H_
