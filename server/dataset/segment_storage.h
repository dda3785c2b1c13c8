#ifndef SERIN_SERVER_DATASET_SEGMENT_STORAGE_H_
#define SERIN_SERVER_DATASET_SEGMENT_STORAGE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/storage/store.h"
#include "core/table/table.h"

// Rows on disk: too many for one batch, so they are written before the version that owns them and
// removed after it, and a pending record says meanwhile that nobody owns them (KEYS.md).

namespace serin {

// Where to cut a table into segments: the end row of each. About 1 MiB as rows travel over the wire
// and at most 8192 rows each, one row at least.
std::vector<size_t> SegmentEnds(const Table& table);

// Writes the rows of a table under `storage_id`, which must be new, in batches of a few MiB.
// Returns the number of segments. They stay pending, to be freed at the next start, until a batch
// that contains ClaimSegments makes them somebody's. CANCELLED where `cancelled` says so.
absl::StatusOr<int32_t> WriteSegments(Store& store, absl::string_view project,
                                      absl::string_view storage_id, const Table& table,
                                      absl::FunctionRef<bool()> cancelled);

// Adds to the batch that makes or removes an owner that the segments have one, or none any more.
void ClaimSegments(WriteBatch& batch, absl::string_view project, absl::string_view storage_id);
void DisownSegments(WriteBatch& batch, absl::string_view project, absl::string_view storage_id);

// Removes pending segments, and then their pending record. May be repeated after any error.
absl::Status FreeSegments(Store& store, absl::string_view project, absl::string_view storage_id);

// Frees all that is pending, in all projects. Only for when nothing is being written.
absl::Status FreeAllPending(Store& store);

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_SEGMENT_STORAGE_H_
