#ifndef SERIN_CORE_TABLE_CHUNK_FRAME_H_
#define SERIN_CORE_TABLE_CHUNK_FRAME_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// What is around the encoded values of a chunk: a checksum, and zstd where it pays (FORMAT.md).

namespace serin {

struct ChunkHead {
  uint8_t kind = 0;
  uint32_t row_count = 0;
};

// A chunk of this body. The body is compressed where that leaves less than `worthwhile` of it.
std::string FrameChunk(const ChunkHead& head, absl::string_view body, double worthwhile);

// The body, which lies within `chunk` or, decompressed, in `buffer`. DATA_LOSS where the bytes are
// no chunk, or not as they were written.
absl::StatusOr<absl::string_view> UnframeChunk(absl::string_view chunk, ChunkHead* head,
                                               std::string* buffer);

}  // namespace serin

#endif  // SERIN_CORE_TABLE_CHUNK_FRAME_H_
