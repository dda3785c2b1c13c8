#include "core/table/chunk_frame.h"

#define XXH_INLINE_ALL
#include <xxhash.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "core/table/byte_reader.h"

namespace serin {
namespace {

constexpr uint8_t kFormat = 1;
constexpr uint8_t kCompressed = 1;
constexpr size_t kHeadBytes = 16;
constexpr int kLevel = 1;
// Smaller ones are not worth a decompressor; larger ones would need much memory at once.
constexpr size_t kLeastCompressed = 512;
constexpr size_t kMostCompressed = 64 << 20;
constexpr size_t kSampleBytes = 8 << 10;

uint64_t Checksum(absl::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::string Compress(absl::string_view bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const size_t size = ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), kLevel);
  out.resize(ZSTD_isError(size) != 0U ? 0 : size);
  return out;
}

bool IsWorthwhile(const std::string& compressed, size_t size, double worthwhile) {
  return !compressed.empty() &&
         static_cast<double>(compressed.size()) < worthwhile * static_cast<double>(size);
}

// The compressed body; empty where it does not pay, which a part of it tells cheaply.
std::string CompressIfWorthwhile(absl::string_view body, double worthwhile) {
  if (body.size() < kLeastCompressed || body.size() > kMostCompressed) return "";
  if (body.size() > 4 * kSampleBytes) {
    const absl::string_view sample = body.substr(body.size() / 2, kSampleBytes);
    if (!IsWorthwhile(Compress(sample), sample.size(), worthwhile)) return "";
  }
  std::string compressed = Compress(body);
  return IsWorthwhile(compressed, body.size(), worthwhile) ? compressed : "";
}

absl::StatusOr<absl::string_view> Decompress(absl::string_view body, std::string* buffer) {
  const unsigned long long size = ZSTD_getFrameContentSize(body.data(), body.size());
  if (size > kMostCompressed) return absl::DataLossError("it does not say its size");
  buffer->resize(size);
  const size_t written = ZSTD_decompress(buffer->data(), size, body.data(), body.size());
  if (ZSTD_isError(written) == 0U && written == size) return *buffer;
  return absl::DataLossError("it cannot be decompressed");
}

}  // namespace

std::string FrameChunk(const ChunkHead& head, absl::string_view body, double worthwhile) {
  const std::string compressed = CompressIfWorthwhile(body, worthwhile);
  std::string chunk;
  chunk.reserve(kHeadBytes + std::max(body.size(), compressed.size()));
  AppendPlain<uint64_t>(0, chunk);
  AppendPlain(kFormat, chunk);
  AppendPlain(head.kind, chunk);
  AppendPlain<uint8_t>(compressed.empty() ? 0 : kCompressed, chunk);
  AppendPlain<uint8_t>(0, chunk);
  AppendPlain(head.row_count, chunk);
  absl::StrAppend(&chunk, compressed.empty() ? body : absl::string_view(compressed));
  const uint64_t checksum = Checksum(absl::string_view(chunk).substr(sizeof(uint64_t)));
  std::memcpy(chunk.data(), &checksum, sizeof(checksum));
  return chunk;
}

absl::StatusOr<absl::string_view> UnframeChunk(absl::string_view chunk, ChunkHead* head,
                                               std::string* buffer) {
  ByteReader reader(chunk);
  uint64_t checksum;
  if (!reader.Read(&checksum)) return absl::DataLossError("it is cut off");
  if (checksum != Checksum(reader.rest())) return absl::DataLossError("its checksum is wrong");
  uint8_t format;
  uint8_t flags;
  uint8_t reserved;
  const bool whole = reader.Read(&format) && reader.Read(&head->kind) && reader.Read(&flags) &&
                     reader.Read(&reserved) && reader.Read(&head->row_count);
  if (!whole || format != kFormat || flags > kCompressed || reserved != 0) {
    return absl::DataLossError("its format is not known");
  }
  if (flags == kCompressed) return Decompress(reader.rest(), buffer);
  return reader.rest();
}

}  // namespace serin
