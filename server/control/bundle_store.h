#ifndef SERIN_SERVER_CONTROL_BUNDLE_STORE_H_
#define SERIN_SERVER_CONTROL_BUNDLE_STORE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/storage/store.h"

// Bundles on disk: by SHA-256, in chunks, so that no single value is large.

namespace serin {

inline constexpr size_t kBundleChunkBytes = size_t{1} << 20;

// Adds to `batch` that the bundle be stored; one that is there already is written again.
void PutBundle(WriteBatch& batch, absl::string_view project, absl::string_view sha256,
               absl::string_view bytes);

// Adds to `batch` that a bundle of this size be gone.
void DeleteBundle(WriteBatch& batch, absl::string_view project, absl::string_view sha256,
                  int64_t bytes);

// One chunk, counting from 0; NOT_FOUND behind the last.
absl::StatusOr<std::string> ReadBundleChunk(const StoreReader& reader, absl::string_view project,
                                            absl::string_view sha256, int32_t chunk);

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_BUNDLE_STORE_H_
