#include "server/dataset/dataset_storage.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/status_macros.h"
#include "core/storage/disk_room.h"
#include "core/storage/keys.h"
#include "core/storage/records.h"
#include "serin/internal/v1/records.pb.h"
#include "server/dataset/dataset_keys.h"

namespace serin {
namespace {

constexpr size_t kKeysPerBatch = 1000;

// For what the store writes beside what it is given: logs, and tables that are about to replace
// others.
constexpr int64_t kDiskReserveBytes = int64_t{128} << 20;

// The number that a chunk's key ends with; nothing for no key.
absl::StatusOr<std::optional<int32_t>> NumberOf(const std::string& key) {
  if (key.empty()) return std::nullopt;
  SERIN_ASSIGN_OR_RETURN(const std::vector<std::string> components, ParseKey(key));
  SERIN_ASSIGN_OR_RETURN(const int32_t number, ParseKeyNumber(components.back()));
  return number;
}

// The chunks of one storage, which are numbered, perhaps with gaps.
class Chunks {
 public:
  Chunks(Store& store, absl::string_view project, absl::string_view storage_id)
      : store_(store), project_(project), storage_id_(storage_id) {}

  // By number: their keys are not looked for, for that would read their values. Where a thousand
  // numbers may have been a gap, it is looked where it ends.
  absl::Status Free() {
    SERIN_ASSIGN_OR_RETURN(const std::optional<int32_t> last, Last());
    SERIN_ASSIGN_OR_RETURN(std::optional<int32_t> next, FirstFrom(begin()));
    while (next && last && *next <= *last) {
      const int32_t end = static_cast<int32_t>(std::min<int64_t>(
          int64_t{*next} + static_cast<int64_t>(kKeysPerBatch), int64_t{*last} + 1));
      WriteBatch batch;
      for (int32_t number = *next; number < end; ++number) {
        batch.DeleteKey(ChunkKey(project_, storage_id_, number));
      }
      SERIN_RETURN_IF_ERROR(store_.Write(batch));
      SERIN_ASSIGN_OR_RETURN(next, FirstFrom(end));
    }
    return absl::OkStatus();
  }

 private:
  // Of a live dataset the first chunks have gone with the rows that were dropped, and looking for
  // the first that is left would go through what the disk still has of them.
  int32_t begin() const {
    int32_t first_chunk = 0;
    const auto see = [&](absl::string_view key, absl::string_view value) {
      const auto segment = ParseRecord<internal::v1::SegmentRecord>(key, value);
      if (segment.ok()) first_chunk = segment->first_chunk();
      return false;
    };
    const bool uploaded = store_.Get(SourceKey(project_, storage_id_)).ok();
    if (uploaded || !store_.Scan(SegmentPrefix(project_, storage_id_), "", see).ok()) return 0;
    return first_chunk;
  }

  absl::StatusOr<std::optional<int32_t>> FirstFrom(int32_t number) const {
    std::string first;
    SERIN_RETURN_IF_ERROR(store_.Scan(ChunkPrefix(project_, storage_id_),
                                      ChunkKey(project_, storage_id_, number),
                                      [&](absl::string_view key, absl::string_view) {
                                        first = std::string(key);
                                        return false;
                                      }));
    return NumberOf(first);
  }

  absl::StatusOr<std::optional<int32_t>> Last() const {
    std::string last;
    SERIN_RETURN_IF_ERROR(store_.ScanBackward(ChunkPrefix(project_, storage_id_), "",
                                              [&](absl::string_view key, absl::string_view) {
                                                last = std::string(key);
                                                return false;
                                              }));
    return NumberOf(last);
  }

  Store& store_;
  const absl::string_view project_;
  const absl::string_view storage_id_;
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
  SERIN_RETURN_IF_ERROR(Chunks(store, project, storage_id).Free());
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

absl::StatusOr<std::vector<std::string>> ListPendingStorage(const StoreReader& store,
                                                            absl::string_view project) {
  std::vector<std::string> storage_ids;
  absl::Status parsed;
  const auto visit = [&](absl::string_view key, absl::string_view value) {
    auto record = ParseRecord<internal::v1::PendingStorageRecord>(key, value);
    parsed = record.status();
    if (record.ok()) storage_ids.push_back(record->storage_id());
    return parsed.ok();
  };
  SERIN_RETURN_IF_ERROR(store.Scan(PendingPrefix(project), "", visit));
  SERIN_RETURN_IF_ERROR(parsed);
  return storage_ids;
}

absl::Status CheckDiskHasRoom(const Store& store, size_t bytes) {
  return CheckDiskHasRoom(store, bytes, kDiskReserveBytes);
}

}  // namespace serin
