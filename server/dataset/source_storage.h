#ifndef SERIN_SERVER_DATASET_SOURCE_STORAGE_H_
#define SERIN_SERVER_DATASET_SOURCE_STORAGE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/storage/store.h"
#include "serin/internal/v1/records.pb.h"
#include "server/dataset/chunk_writer.h"

// The bytes of an upload, kept as they came: compressed with zstd, unless they are compressed
// already.

namespace serin {

// Stores bytes as they arrive. Not thread-safe.
class SourceWriter {
 public:
  // `chunks` must outlive the writer.
  explicit SourceWriter(ChunkWriter* chunks);
  ~SourceWriter();

  absl::Status Append(absl::string_view bytes);

  // Where all of it is. Call once, after the last byte.
  absl::StatusOr<internal::v1::SourceRecord> Finish();

 private:
  struct Compressor;

  absl::Status AppendPlain(absl::string_view bytes);
  absl::Status Compress(absl::string_view bytes, bool end);
  absl::Status StoreChunk();

  ChunkWriter* const chunks_;
  internal::v1::SourceRecord record_;
  std::unique_ptr<Compressor> compressor_;  // Null while plain.
  std::string chunk_;                       // The next one.
};

// Reads such bytes, from the first to the last. Not thread-safe.
class SourceReader {
 public:
  // `store` must outlive the reader.
  SourceReader(const StoreReader* store, std::string project, std::string storage_id,
               internal::v1::SourceRecord record);
  ~SourceReader();

  // The source of a storage; NOT_FOUND, without a resource, where it has none.
  static absl::StatusOr<std::unique_ptr<SourceReader>> Open(const StoreReader* store,
                                                            absl::string_view project,
                                                            absl::string_view storage_id);

  // The next bytes, at most 1 MiB; nothing after the last. DATA_LOSS where they are not as they
  // were stored.
  absl::StatusOr<std::optional<std::string>> Next();

  // Of all bytes.
  int64_t size() const { return record_.bytes(); }

 private:
  struct Decompressor;

  absl::StatusOr<std::string> ReadChunk(int index) const;
  absl::StatusOr<std::string> Decompress();

  const StoreReader* const store_;
  const std::string project_;
  const std::string storage_id_;
  const internal::v1::SourceRecord record_;
  std::unique_ptr<Decompressor> decompressor_;  // Null where the bytes are plain.
  int next_chunk_ = 0;
  int64_t bytes_read_ = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_SOURCE_STORAGE_H_
