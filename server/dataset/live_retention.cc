#include "server/dataset/live_retention.h"

#include "core/base/clock.h"
#include "core/base/status_macros.h"
#include "core/storage/record_scan.h"
#include "server/dataset/dataset_keys.h"

namespace serin {
namespace {

using internal::v1::AppendedRowsRecord;
using internal::v1::AppendRequestRecord;
using internal::v1::DatasetVersionRecord;
using internal::v1::SegmentRecord;

// Dropped by one step.
constexpr int kMaxDroppedPieces = 100;
constexpr int kMaxForgottenRequests = 1000;

// Drops pieces of a live dataset from its beginning, within one batch.
class OldRows {
 public:
  OldRows(const StoreReader& store, const std::string& project, const v1::Retention& retention,
          absl::Time now, DatasetVersionRecord* record, WriteBatch* batch)
      : store_(store),
        project_(project),
        retention_(retention),
        now_(now),
        record_(record),
        version_(*record->mutable_version()),
        batch_(batch) {}

  absl::StatusOr<DroppedRows> Drop() {
    SERIN_RETURN_IF_ERROR(ForEachRecord<SegmentRecord>(
        store_, SegmentPrefix(project_, record_->storage_id()), "",
        [&](absl::string_view key, absl::string_view, const SegmentRecord& segment) {
          return DropSegment(key, segment);
        }));
    if (!kept_) {
      SERIN_RETURN_IF_ERROR(ForEachRecord<AppendedRowsRecord>(
          store_, AppendedPrefix(project_, record_->storage_id()), "",
          [&](absl::string_view key, absl::string_view value, const AppendedRowsRecord& rows) {
            return DropAppended(key, static_cast<int64_t>(value.size()), rows);
          }));
    }
    return dropped_;
  }

 private:
  bool DropSegment(absl::string_view key, const SegmentRecord& segment) {
    if (!Count(FromProto(segment.append_time()), segment.row_count(), segment.stored_bytes())) {
      return false;
    }
    batch_->DeleteKey(std::string(key));
    if (dropped_.pieces == 1) dropped_.chunks_begin = segment.first_chunk();
    dropped_.chunks_end = segment.first_chunk() + segment.column_count() + 1;
    for (int32_t chunk = segment.first_chunk(); chunk < dropped_.chunks_end; ++chunk) {
      batch_->DeleteKey(ChunkKey(project_, record_->storage_id(), chunk));
    }
    return true;
  }

  bool DropAppended(absl::string_view key, int64_t bytes, const AppendedRowsRecord& rows) {
    if (!Count(FromProto(rows.append_time()), rows.row_count(), bytes)) return false;
    batch_->DeleteKey(std::string(key));
    return true;
  }

  // Takes a piece off the dataset, where it is to be dropped; else it and all behind it stay.
  bool Count(absl::Time appended, int64_t rows, int64_t bytes) {
    const int64_t rows_left = version_.row_count() - rows;
    const int64_t bytes_left = version_.stored_bytes() - bytes;
    const bool old = retention_.has_max_age() && now_ - appended > MaxAge();
    const bool large = retention_.max_bytes() > 0 && bytes_left >= retention_.max_bytes();
    const bool many = retention_.max_rows() > 0 && rows_left >= retention_.max_rows();
    kept_ = dropped_.pieces == kMaxDroppedPieces || (!old && !large && !many);
    if (kept_) return false;
    ++dropped_.pieces;
    dropped_.rows += rows;
    version_.set_first_row(version_.first_row() + rows);
    version_.set_row_count(rows_left);
    version_.set_stored_bytes(bytes_left);
    return true;
  }

  absl::Duration MaxAge() const {
    return absl::Seconds(retention_.max_age().seconds()) +
           absl::Nanoseconds(retention_.max_age().nanos());
  }

  const StoreReader& store_;
  const std::string& project_;
  const v1::Retention& retention_;
  const absl::Time now_;
  DatasetVersionRecord* const record_;
  v1::DatasetVersion& version_;
  WriteBatch* const batch_;
  DroppedRows dropped_;
  bool kept_ = false;
};

}  // namespace

bool KeepsAll(const v1::Retention& retention) {
  return !retention.has_max_age() && retention.max_bytes() == 0 && retention.max_rows() == 0;
}

absl::StatusOr<DroppedRows> DropOldPieces(const StoreReader& store, const std::string& project,
                                          const v1::Retention& retention, absl::Time now,
                                          DatasetVersionRecord* record, WriteBatch* batch) {
  return OldRows(store, project, retention, now, record, batch).Drop();
}

absl::StatusOr<int64_t> ForgetRequests(const StoreReader& store, const std::string& project,
                                       const std::string& dataset,
                                       const DatasetVersionRecord& record, int64_t from,
                                       WriteBatch* batch) {
  int forgotten = 0;
  absl::Status status;
  const auto forget = [&](absl::string_view key, absl::string_view,
                          const AppendRequestRecord& request) {
    const auto first_row = ParseKeyRow(key);
    status = first_row.status();
    if (!status.ok() || forgotten == kMaxForgottenRequests) return false;
    if (*first_row + request.row_count() > record.version().first_row()) return false;
    batch->DeleteKey(std::string(key));
    batch->DeleteKey(RequestKey(project, dataset, request.request_id()));
    ++forgotten;
    from = *first_row + 1;
    return true;
  };
  SERIN_RETURN_IF_ERROR(ForEachRecord<AppendRequestRecord>(
      store, AppendRequestPrefix(project, record.storage_id()),
      AppendRequestKey(project, record.storage_id(), from), forget));
  SERIN_RETURN_IF_ERROR(status);
  return from;
}

}  // namespace serin
