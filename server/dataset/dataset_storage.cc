#include "server/dataset/dataset_storage.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "core/base/status_macros.h"
#include "core/storage/keys.h"
#include "core/storage/records.h"
#include "serin/internal/v1/records.pb.h"
#include "server/dataset/dataset_keys.h"

namespace serin {
namespace {

constexpr size_t kKeysPerBatch = 1000;

// Chunks are numbered from 0, perhaps with gaps. So many there may be.
absl::StatusOr<int32_t> CountChunks(const StoreReader& store, const std::string& prefix) {
  std::string last;
  SERIN_RETURN_IF_ERROR(
      store.ScanBackward(prefix, "", [&](absl::string_view key, absl::string_view) {
        last = std::string(key);
        return false;
      }));
  if (last.empty()) return 0;
  SERIN_ASSIGN_OR_RETURN(const std::vector<std::string> components, ParseKey(last));
  SERIN_ASSIGN_OR_RETURN(const int32_t number, ParseKeyNumber(components.back()));
  return number + 1;
}

// By number: their keys are not looked for, for that would read their values.
absl::Status FreeChunks(Store& store, absl::string_view project, absl::string_view storage_id) {
  SERIN_ASSIGN_OR_RETURN(const int32_t count, CountChunks(store, ChunkPrefix(project, storage_id)));
  for (int32_t number = 0; number < count;) {
    WriteBatch batch;
    for (; number < count && batch.operations().size() < kKeysPerBatch; ++number) {
      batch.DeleteKey(ChunkKey(project, storage_id, number));
    }
    SERIN_RETURN_IF_ERROR(store.Write(batch));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> FirstKeys(const StoreReader& reader,
                                                   const std::string& prefix) {
  std::vector<std::string> keys;
  SERIN_RETURN_IF_ERROR(reader.Scan(prefix, "", [&](absl::string_view key, absl::string_view) {
    keys.emplace_back(key);
    return keys.size() < kKeysPerBatch;
  }));
  return keys;
}

// Of records that are few, or small.
absl::Status FreeBelow(Store& store, const std::string& prefix) {
  while (true) {
    SERIN_ASSIGN_OR_RETURN(const auto keys, FirstKeys(store, prefix));
    if (keys.empty()) return absl::OkStatus();
    WriteBatch batch;
    for (const std::string& key : keys) batch.DeleteKey(key);
    SERIN_RETURN_IF_ERROR(store.Write(batch));
  }
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

void ClaimStorage(WriteBatch& batch, absl::string_view project, absl::string_view storage_id) {
  batch.DeleteKey(PendingKey(project, storage_id));
}

void DisownStorage(WriteBatch& batch, absl::string_view project, absl::string_view storage_id) {
  internal::v1::PendingStorageRecord record;
  record.set_storage_id(std::string(storage_id));
  PutRecord(batch, PendingKey(project, storage_id), record);
}

absl::Status FreeStorage(Store& store, absl::string_view project, absl::string_view storage_id) {
  SERIN_RETURN_IF_ERROR(FreeChunks(store, project, storage_id));
  SERIN_RETURN_IF_ERROR(FreeBelow(store, AppendedPrefix(project, storage_id)));
  SERIN_RETURN_IF_ERROR(FreeBelow(store, AppendRequestPrefix(project, storage_id)));
  while (true) {
    SERIN_ASSIGN_OR_RETURN(const auto keys, FirstKeys(store, SegmentPrefix(project, storage_id)));
    const bool last = keys.size() < kKeysPerBatch;
    WriteBatch batch;
    for (const std::string& key : keys) batch.DeleteKey(key);
    if (last) {
      batch.DeleteKey(SourceKey(project, storage_id));
      batch.DeleteKey(PendingKey(project, storage_id));
    }
    SERIN_RETURN_IF_ERROR(store.Write(batch));
    if (last) return absl::OkStatus();
  }
}

absl::Status FreeAllPending(Store& store) {
  SERIN_ASSIGN_OR_RETURN(const std::vector<std::string> projects, ListProjects(store));
  for (const std::string& project : projects) {
    SERIN_ASSIGN_OR_RETURN(const std::vector<std::string> storage_ids, ListPending(store, project));
    for (const std::string& storage_id : storage_ids) {
      SERIN_RETURN_IF_ERROR(FreeStorage(store, project, storage_id));
    }
  }
  return absl::OkStatus();
}

}  // namespace serin
