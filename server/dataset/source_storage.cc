#include "server/dataset/source_storage.h"

#include <zstd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/storage/records.h"
#include "server/dataset/dataset_keys.h"

namespace serin {
namespace {

using internal::v1::SourceRecord;

constexpr size_t kChunkBytes = 1 << 20;
constexpr int kLevel = 1;

// Of gzip (RFC 1952) and zstd (RFC 8878): what a second compression would leave as large.
bool IsCompressed(absl::string_view bytes) {
  return absl::StartsWith(bytes, "\x1f\x8b") || absl::StartsWith(bytes, "\x28\xb5\x2f\xfd");
}

absl::Status Damaged(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("the stored upload is damaged: ", what));
}

}  // namespace

struct SourceWriter::Compressor {
  Compressor() : context(ZSTD_createCCtx()) {
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  }
  ~Compressor() { ZSTD_freeCCtx(context); }
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  ZSTD_CCtx* const context;
};

SourceWriter::SourceWriter(ChunkWriter* chunks) : chunks_(chunks) {}
SourceWriter::~SourceWriter() = default;

absl::Status SourceWriter::Append(absl::string_view bytes) {
  if (bytes.empty()) return absl::OkStatus();
  if (record_.bytes() == 0) {
    record_.set_encoding(IsCompressed(bytes) ? SourceRecord::ENCODING_PLAIN
                                             : SourceRecord::ENCODING_ZSTD);
    if (record_.encoding() == SourceRecord::ENCODING_ZSTD) {
      compressor_ = std::make_unique<Compressor>();
    }
  }
  record_.set_bytes(record_.bytes() + static_cast<int64_t>(bytes.size()));
  return compressor_ ? Compress(bytes, false) : AppendPlain(bytes);
}

absl::Status SourceWriter::AppendPlain(absl::string_view bytes) {
  while (!bytes.empty()) {
    const size_t size = std::min(bytes.size(), kChunkBytes - chunk_.size());
    absl::StrAppend(&chunk_, bytes.substr(0, size));
    bytes.remove_prefix(size);
    if (chunk_.size() == kChunkBytes) SERIN_RETURN_IF_ERROR(StoreChunk());
  }
  return absl::OkStatus();
}

absl::Status SourceWriter::Compress(absl::string_view bytes, bool end) {
  ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
  bool more = true;
  while (more) {
    const size_t begin = chunk_.size();
    chunk_.resize(kChunkBytes);
    ZSTD_outBuffer out{chunk_.data(), chunk_.size(), begin};
    const size_t left =
        ZSTD_compressStream2(compressor_->context, &out, &in, end ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(left) != 0U) {
      return absl::InternalError(absl::StrCat("zstd: ", ZSTD_getErrorName(left)));
    }
    chunk_.resize(out.pos);
    if (chunk_.size() == kChunkBytes) SERIN_RETURN_IF_ERROR(StoreChunk());
    more = end ? left > 0 : in.pos < in.size;
  }
  return absl::OkStatus();
}

absl::Status SourceWriter::StoreChunk() {
  std::vector<std::string> chunks;
  chunks.push_back(std::exchange(chunk_, std::string()));
  chunks.back().shrink_to_fit();
  SERIN_ASSIGN_OR_RETURN(const int32_t number, chunks_->Append(std::move(chunks)));
  record_.add_chunks(number);
  return absl::OkStatus();
}

absl::StatusOr<SourceRecord> SourceWriter::Finish() {
  if (compressor_) SERIN_RETURN_IF_ERROR(Compress("", true));
  if (!chunk_.empty()) SERIN_RETURN_IF_ERROR(StoreChunk());
  return std::move(record_);
}

struct SourceReader::Decompressor {
  Decompressor() : context(ZSTD_createDCtx()) {}
  ~Decompressor() { ZSTD_freeDCtx(context); }
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;

  ZSTD_DCtx* const context;
  std::string chunk;  // The one being decompressed, from `position` on.
  size_t position = 0;
};

SourceReader::SourceReader(const StoreReader* store, std::string project, std::string storage_id,
                           SourceRecord record)
    : store_(store),
      project_(std::move(project)),
      storage_id_(std::move(storage_id)),
      record_(std::move(record)),
      decompressor_(record_.encoding() == SourceRecord::ENCODING_ZSTD
                        ? std::make_unique<Decompressor>()
                        : nullptr) {}
SourceReader::~SourceReader() = default;

absl::StatusOr<std::unique_ptr<SourceReader>> SourceReader::Open(const StoreReader* store,
                                                                 absl::string_view project,
                                                                 absl::string_view storage_id) {
  SERIN_ASSIGN_OR_RETURN(SourceRecord record,
                         GetRecord<SourceRecord>(*store, SourceKey(project, storage_id)));
  return std::make_unique<SourceReader>(store, std::string(project), std::string(storage_id),
                                        std::move(record));
}

absl::StatusOr<std::string> SourceReader::ReadChunk(int index) const {
  auto chunk = store_->Get(ChunkKey(project_, storage_id_, record_.chunks(index)));
  if (absl::IsNotFound(chunk.status())) return Damaged("a part of it is not there");
  return chunk;
}

absl::StatusOr<std::optional<std::string>> SourceReader::Next() {
  if (bytes_read_ == record_.bytes()) return std::nullopt;
  std::string bytes;
  if (decompressor_) {
    SERIN_ASSIGN_OR_RETURN(bytes, Decompress());
  } else if (next_chunk_ < record_.chunks_size()) {
    SERIN_ASSIGN_OR_RETURN(bytes, ReadChunk(next_chunk_++));
  }
  bytes_read_ += static_cast<int64_t>(bytes.size());
  if (bytes.empty() || bytes_read_ > record_.bytes()) return Damaged("it has another size");
  return bytes;
}

// Up to kChunkBytes; nothing where the chunks are at their end.
absl::StatusOr<std::string> SourceReader::Decompress() {
  std::string bytes(kChunkBytes, '\0');
  ZSTD_outBuffer out{bytes.data(), bytes.size(), 0};
  Decompressor& from = *decompressor_;
  while (out.pos < out.size) {
    const bool at_end = from.position == from.chunk.size() && next_chunk_ == record_.chunks_size();
    if (from.position == from.chunk.size() && !at_end) {
      SERIN_ASSIGN_OR_RETURN(from.chunk, ReadChunk(next_chunk_++));
      from.position = 0;
    }
    const size_t before = out.pos;
    ZSTD_inBuffer in{from.chunk.data(), from.chunk.size(), from.position};
    const size_t result = ZSTD_decompressStream(from.context, &out, &in);
    if (ZSTD_isError(result) != 0U) return Damaged(ZSTD_getErrorName(result));
    from.position = in.pos;
    if (at_end && out.pos == before) break;  // Not even what zstd still held back.
  }
  bytes.resize(out.pos);
  return bytes;
}

}  // namespace serin
