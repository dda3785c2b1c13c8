#include "server/control/bundle_store.h"

#include "server/control/keys.h"

namespace serin {

void PutBundle(WriteBatch& batch, absl::string_view project, absl::string_view sha256,
               absl::string_view bytes) {
  for (int32_t chunk = 0; !bytes.empty(); ++chunk) {
    const absl::string_view piece = bytes.substr(0, kBundleChunkBytes);
    batch.PutValue(BundleChunkKey(project, sha256, chunk), std::string(piece));
    bytes.remove_prefix(piece.size());
  }
}

void DeleteBundle(WriteBatch& batch, absl::string_view project, absl::string_view sha256,
                  int64_t bytes) {
  const int64_t chunks = (bytes + int64_t{kBundleChunkBytes} - 1) / int64_t{kBundleChunkBytes};
  for (int32_t chunk = 0; chunk < chunks; ++chunk) {
    batch.DeleteKey(BundleChunkKey(project, sha256, chunk));
  }
}

absl::StatusOr<std::string> ReadBundleChunk(const StoreReader& reader, absl::string_view project,
                                            absl::string_view sha256, int32_t chunk) {
  return reader.Get(BundleChunkKey(project, sha256, chunk));
}

}  // namespace serin
