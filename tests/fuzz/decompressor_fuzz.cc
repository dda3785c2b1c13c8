// Decompresses any bytes, whole and in pieces: both must give the same text or the same code. The
// first byte chooses the compression, the second the size of the pieces.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/ingest/decompressor.h"

namespace serin {
namespace {

constexpr size_t kMaxText = 1 << 20;

void Check(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "decompressor_fuzz: %s\n", what);
  std::abort();
}

absl::Status Decompress(v1::FileFormat::Compression compression, absl::string_view bytes,
                        size_t piece, std::string* text) {
  const auto decompressor = Decompressor::Create(compression);
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    const absl::Status status =
        decompressor->Push(bytes.substr(0, piece), [&](absl::string_view more) {
          Check(!more.empty() && more.size() <= 256 << 10, "a piece of text of a wrong size");
          text->append(more.data(), more.size());
          return text->size() <= kMaxText ? absl::OkStatus() : absl::CancelledError();
        });
    if (!status.ok()) return status;
  }
  return decompressor->Finish();
}

}  // namespace

void FuzzDecompressor(absl::string_view input) {
  if (input.size() < 2) return;
  const auto compression =
      input[0] % 2 == 0 ? v1::FileFormat::COMPRESSION_GZIP : v1::FileFormat::COMPRESSION_ZSTD;
  const size_t piece = 1 + static_cast<uint8_t>(input[1]) % 16;
  std::string whole;
  std::string pieces;
  const absl::Status status = Decompress(compression, input.substr(2), input.size(), &whole);
  const absl::Status other = Decompress(compression, input.substr(2), piece, &pieces);
  Check(status.code() == other.code(), "pieces change the code");
  if (status.ok()) Check(whole == pieces, "pieces change the text");
}

}  // namespace serin

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  serin::FuzzDecompressor(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
