#ifndef SERIN_CORE_INGEST_DECOMPRESSOR_H_
#define SERIN_CORE_INGEST_DECOMPRESSOR_H_

#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "serin/v1/dataset.pb.h"

namespace serin {

// Decompresses a stream that arrives in pieces. Not thread-safe.
class Decompressor {
 public:
  // Gets the text in order, at most 256 KiB at a time; its error ends the work.
  using Sink = absl::FunctionRef<absl::Status(absl::string_view text)>;

  // GZIP (RFC 1952, of one or more members), ZSTD (RFC 8878, of one or more frames, with windows up
  // to 8 MiB as the RFC recommends), or NONE, which passes everything on.
  static std::unique_ptr<Decompressor> Create(v1::FileFormat::Compression compression);

  virtual ~Decompressor() = default;

  // INVALID_ARGUMENT, with the position in the file, for what is no such stream.
  virtual absl::Status Push(absl::string_view bytes, Sink sink) = 0;

  // INVALID_ARGUMENT where the stream is cut off.
  virtual absl::Status Finish() = 0;
};

// How many bytes FindCompression looks at.
inline constexpr size_t kMagicBytes = 4;

// By the first bytes of a file: NONE where they are neither gzip's nor zstd's.
v1::FileFormat::Compression FindCompression(absl::string_view first_bytes);

}  // namespace serin

#endif  // SERIN_CORE_INGEST_DECOMPRESSOR_H_
