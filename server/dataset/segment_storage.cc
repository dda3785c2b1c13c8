#include "server/dataset/segment_storage.h"

#include <utility>

#include "core/base/status_macros.h"
#include "core/storage/keys.h"
#include "core/storage/records.h"
#include "core/table/segment.h"
#include "serin/internal/v1/records.pb.h"
#include "server/dataset/dataset_keys.h"

namespace serin {
namespace {

constexpr size_t kSegmentBytes = 1 << 20;
constexpr size_t kSegmentRows = 8192;
constexpr size_t kBatchBytes = 4 << 20;
constexpr size_t kKeysPerBatch = 1000;

// What each row takes on the wire, about.
std::vector<uint32_t> RowBytes(const Table& table) {
  constexpr uint32_t kStringOverhead = 2;
  std::vector<uint32_t> bytes(table.row_count(), 0);
  for (const ColumnData& column : table.columns) {
    for (size_t row = 0; row < bytes.size(); ++row) {
      const bool text = column.is_string() && !column.missing(row);
      bytes[row] +=
          text ? column.dictionary[column.codes[row]].size() + kStringOverhead : sizeof(double);
    }
  }
  return bytes;
}

absl::Status WritePending(Store& store, absl::string_view project, absl::string_view storage_id) {
  WriteBatch batch;
  DisownSegments(batch, project, storage_id);
  return store.Write(batch);
}

// Collects values into batches of a bounded size.
class BatchWriter {
 public:
  explicit BatchWriter(Store& store) : store_(store) {}

  absl::Status Put(std::string key, std::string value) {
    bytes_ += value.size();
    batch_.PutValue(std::move(key), std::move(value));
    return bytes_ < kBatchBytes ? absl::OkStatus() : Flush();
  }

  absl::Status Flush() {
    bytes_ = 0;
    return store_.Write(std::exchange(batch_, WriteBatch()));
  }

 private:
  Store& store_;
  WriteBatch batch_;
  size_t bytes_ = 0;
};

absl::StatusOr<std::vector<std::string>> FirstKeys(const StoreReader& reader,
                                                   const std::string& prefix) {
  std::vector<std::string> keys;
  SERIN_RETURN_IF_ERROR(reader.Scan(prefix, "", [&](absl::string_view key, absl::string_view) {
    keys.emplace_back(key);
    return keys.size() < kKeysPerBatch;
  }));
  return keys;
}

absl::StatusOr<std::vector<std::string>> ListPending(const StoreReader& reader,
                                                     absl::string_view project) {
  std::vector<std::string> storage_ids;
  absl::Status parsed;
  const auto visit = [&](absl::string_view key, absl::string_view value) {
    auto record = ParseRecord<internal::v1::PendingStorageRecord>(key, value);
    parsed = record.status();
    if (record.ok()) storage_ids.push_back(record->storage_id());
    return parsed.ok();
  };
  SERIN_RETURN_IF_ERROR(reader.Scan(PendingPrefix(project), "", visit));
  SERIN_RETURN_IF_ERROR(parsed);
  return storage_ids;
}

}  // namespace

std::vector<size_t> SegmentEnds(const Table& table) {
  const std::vector<uint32_t> row_bytes = RowBytes(table);
  std::vector<size_t> ends;
  size_t begin = 0;
  size_t bytes = 0;
  for (size_t row = 0; row < row_bytes.size(); ++row) {
    const bool full = bytes + row_bytes[row] > kSegmentBytes || row - begin == kSegmentRows;
    if (full && row > begin) {
      ends.push_back(row);
      begin = row;
      bytes = 0;
    }
    bytes += row_bytes[row];
  }
  if (begin < row_bytes.size()) ends.push_back(row_bytes.size());
  return ends;
}

absl::StatusOr<int32_t> WriteSegments(Store& store, absl::string_view project,
                                      absl::string_view storage_id, const Table& table,
                                      absl::FunctionRef<bool()> cancelled) {
  SERIN_RETURN_IF_ERROR(WritePending(store, project, storage_id));
  BatchWriter writer(store);
  int32_t count = 0;
  size_t begin = 0;
  for (const size_t end : SegmentEnds(table)) {
    if (cancelled()) return absl::CancelledError("the caller has gone away");
    const internal::v1::Segment segment = EncodeSegment(table, begin, end);
    SERIN_RETURN_IF_ERROR(
        writer.Put(SegmentKey(project, storage_id, count++), segment.SerializeAsString()));
    begin = end;
  }
  SERIN_RETURN_IF_ERROR(writer.Flush());
  return count;
}

void ClaimSegments(WriteBatch& batch, absl::string_view project, absl::string_view storage_id) {
  batch.DeleteKey(PendingKey(project, storage_id));
}

void DisownSegments(WriteBatch& batch, absl::string_view project, absl::string_view storage_id) {
  internal::v1::PendingStorageRecord record;
  record.set_storage_id(std::string(storage_id));
  PutRecord(batch, PendingKey(project, storage_id), record);
}

absl::Status FreeSegments(Store& store, absl::string_view project, absl::string_view storage_id) {
  while (true) {
    SERIN_ASSIGN_OR_RETURN(const auto keys, FirstKeys(store, SegmentPrefix(project, storage_id)));
    const bool last = keys.size() < kKeysPerBatch;
    WriteBatch batch;
    for (const std::string& key : keys) batch.DeleteKey(key);
    if (last) batch.DeleteKey(PendingKey(project, storage_id));
    SERIN_RETURN_IF_ERROR(store.Write(batch));
    if (last) return absl::OkStatus();
  }
}

absl::Status FreeAllPending(Store& store) {
  SERIN_ASSIGN_OR_RETURN(const std::vector<std::string> projects, ListProjects(store));
  for (const std::string& project : projects) {
    SERIN_ASSIGN_OR_RETURN(const std::vector<std::string> storage_ids, ListPending(store, project));
    for (const std::string& storage_id : storage_ids) {
      SERIN_RETURN_IF_ERROR(FreeSegments(store, project, storage_id));
    }
  }
  return absl::OkStatus();
}

}  // namespace serin
