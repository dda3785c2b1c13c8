#ifndef SERIN_SERVER_DATASET_STORED_TABLE_H_
#define SERIN_SERVER_DATASET_STORED_TABLE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/resource_name.h"
#include "core/storage/store.h"
#include "core/table/table_source.h"
#include "serin/internal/v1/records.pb.h"
#include "serin/v1/dataset.pb.h"

namespace serin {

// A dataset version as it was when it was opened: what is appended to it, or deleted, meanwhile
// changes nothing. A cursor reads the columns asked for of one segment at a time, and no segment
// whose statistics rule the predicates out. Errors of reading are DATA_LOSS, naming the version,
// the rows and the column. Thread-safe.
class StoredTable : public TableSource {
 public:
  const v1::Schema& schema() const override { return record_.version().schema(); }
  int64_t row_count() const override { return record_.version().row_count(); }
  absl::StatusOr<std::unique_ptr<TableCursor>> Read(ReadPlan plan) const override;

  const v1::DatasetVersion& version() const { return record_.version(); }
  // Names where the version is kept; never that of another version.
  const std::string& storage_id() const { return record_.storage_id(); }
  // The profile that was stored with the version; NOT_FOUND for a live dataset, which has none.
  absl::StatusOr<v1::DatasetProfile> StoredProfile() const;

 private:
  using SegmentRecord = internal::v1::SegmentRecord;
  class Cursor;
  friend absl::StatusOr<std::shared_ptr<const StoredTable>> OpenTable(const Store& store,
                                                                      absl::string_view project,
                                                                      const VersionedRef& ref);

  using AppendedRowsRecord = internal::v1::AppendedRowsRecord;

  StoredTable(std::unique_ptr<StoreReader> snapshot, absl::string_view project,
              internal::v1::DatasetVersionRecord record, std::vector<SegmentRecord> segments,
              std::vector<AppendedRowsRecord> appended);

  absl::StatusOr<ColumnData> ReadColumn(const SegmentRecord& segment, int column) const;
  absl::StatusOr<bool> MayHaveMatches(const SegmentRecord& segment,
                                      const std::vector<ColumnPredicate>& predicates) const;
  // What the segment stands for, where it is no segment yet; else null.
  const AppendedRowsRecord* AppendedRowsOf(const SegmentRecord& segment) const;
  absl::StatusOr<std::string> ReadChunk(const SegmentRecord& segment, int32_t index) const;

  const std::unique_ptr<StoreReader> snapshot_;
  const std::string project_;
  const internal::v1::DatasetVersionRecord record_;
  // In order of their rows, without gaps, counted from the first row that there is. Of a live
  // dataset the last ones stand for appended_, whose rows are no segments yet.
  const std::vector<SegmentRecord> segments_;
  const std::vector<AppendedRowsRecord> appended_;
};

// The version that `ref` names, or the newest of its dataset; NOT_FOUND. `store` must outlive it.
absl::StatusOr<std::shared_ptr<const StoredTable>> OpenTable(const Store& store,
                                                             absl::string_view project,
                                                             const VersionedRef& ref);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_STORED_TABLE_H_
