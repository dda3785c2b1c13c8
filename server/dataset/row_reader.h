#ifndef SERIN_SERVER_DATASET_ROW_READER_H_
#define SERIN_SERVER_DATASET_ROW_READER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/storage/store.h"
#include "serin/internal/v1/records.pb.h"
#include "serin/v1/dataset_service.pb.h"

namespace serin {

// The rows that one ReadRows asks for, batch by batch, from a snapshot: deleting the dataset
// meanwhile changes nothing. Holds one segment at a time. Not thread-safe.
class RowReader {
 public:
  // Errors are those of ReadRows. `store` must outlive the reader.
  static absl::StatusOr<std::unique_ptr<RowReader>> Open(const Store& store,
                                                         absl::string_view project,
                                                         const v1::ReadRowsRequest& request);

  // The next batch, of about 1 MiB (or one row, where that is larger); nothing after the last row.
  absl::StatusOr<std::optional<v1::ReadRowsResponse>> Next();

 private:
  RowReader(std::unique_ptr<StoreReader> snapshot, std::string project,
            internal::v1::DatasetVersionRecord version, const v1::ReadRowsRequest& request);

  absl::Status ChooseColumns(const v1::ReadRowsRequest& request);
  absl::StatusOr<int> ColumnIndex(int position, const std::string& name) const;
  absl::Status SeekTo(int64_t row);
  absl::StatusOr<internal::v1::Segment> ReadSegment(int32_t index) const;
  absl::StatusOr<v1::ReadRowsResponse> Cut(const internal::v1::Segment& segment) const;

  const std::unique_ptr<StoreReader> snapshot_;
  const std::string project_;
  const internal::v1::DatasetVersionRecord version_;
  std::vector<int> columns_;  // Wanted, by position in the schema.
  int64_t next_row_;
  int64_t end_row_;
  int32_t next_segment_ = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_ROW_READER_H_
