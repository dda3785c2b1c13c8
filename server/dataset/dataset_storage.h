#ifndef SERIN_SERVER_DATASET_DATASET_STORAGE_H_
#define SERIN_SERVER_DATASET_DATASET_STORAGE_H_

#include <string>

#include "absl/status/status.h"
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
// error. Reads none of the chunks but one.
absl::Status FreeStorage(Store& store, absl::string_view project, absl::string_view storage_id);

// Frees all that is pending, in all projects. Only for when nothing is being written.
absl::Status FreeAllPending(Store& store);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_DATASET_STORAGE_H_
