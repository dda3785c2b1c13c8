#ifndef SERIN_SERVER_DATASET_DATASET_STORAGE_H_
#define SERIN_SERVER_DATASET_DATASET_STORAGE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/storage/store.h"

// Rows and sources on disk: too many bytes for one batch, so they are written before the version
// that owns them and removed after it, and a pending record says meanwhile that nobody owns them
// (KEYS.md).

namespace serin {

// Adds to the batch that makes or removes an owner that a storage has one, or none any more.
void ClaimStorage(WriteBatch& batch, absl::string_view project, absl::string_view storage_id);
void DisownStorage(WriteBatch& batch, absl::string_view project, absl::string_view storage_id);

// Removes what is in a pending storage, and then its pending record. May be repeated after any
// error. What it costs follows from the chunks that are left, not from those that there once were;
// of a thousand, it reads one or two.
absl::Status FreeStorage(Store& store, absl::string_view project, absl::string_view storage_id);

// The storages of a project that are pending.
absl::StatusOr<std::vector<std::string>> ListPendingStorage(const StoreReader& store,
                                                            absl::string_view project);

// Refuses what is to be stored next, `bytes` of it, where the disk would have less left than what
// the store itself needs to go on: RESOURCE_EXHAUSTED, with the reason DISK_FULL. After a write
// that fails for want of room nothing can be written at all, not even a deletion.
absl::Status CheckDiskHasRoom(const Store& store, size_t bytes);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_DATASET_STORAGE_H_
