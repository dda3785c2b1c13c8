#include "core/ingest/decompressor.h"

#include <cstring>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/ingest/ingest_error.h"
#include "zlib.h"
#include "zstd.h"

namespace serin {
namespace {

constexpr size_t kOutputBytes = 256 << 10;

class PassOn : public Decompressor {
 public:
  absl::Status Push(absl::string_view bytes, Sink sink) override {
    for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kOutputBytes))) {
      SERIN_RETURN_IF_ERROR(sink(bytes.substr(0, kOutputBytes)));
    }
    return absl::OkStatus();
  }
  absl::Status Finish() override { return absl::OkStatus(); }
};

// "the gzip stream is ..., at byte N of the file".
absl::Status Broken(absl::string_view format, absl::string_view problem, int64_t position) {
  return MalformedFile(
      absl::StrCat("the ", format, " stream ", problem, ", at byte ", position, " of the file"));
}

class Gunzip : public Decompressor {
 public:
  Gunzip() : output_(kOutputBytes, '\0') {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    initialised_ = inflateInit2(&stream_, kGzipOnly) == Z_OK;
  }
  ~Gunzip() override {
    if (initialised_) inflateEnd(&stream_);
  }

  absl::Status Push(absl::string_view bytes, Sink sink) override {
    if (!initialised_) return absl::ResourceExhaustedError("no memory for zlib");
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    for (bool more = false; stream_.avail_in > 0 || more;) {
      SERIN_RETURN_IF_ERROR(BeginMember());
      SERIN_RETURN_IF_ERROR(Step(bytes, sink, &more));
    }
    position_ += static_cast<int64_t>(bytes.size());
    return absl::OkStatus();
  }

  absl::Status Finish() override {
    if (member_ended_) return absl::OkStatus();
    return Broken("gzip", "is cut off", position_);
  }

 private:
  // A file may be several members, one behind the other.
  absl::Status BeginMember() {
    if (!member_ended_ || stream_.avail_in == 0) return absl::OkStatus();
    member_ended_ = false;
    return inflateReset(&stream_) == Z_OK ? absl::OkStatus()
                                          : absl::InternalError("zlib cannot be reset");
  }

  // `more`: output may be left although all input is taken.
  absl::Status Step(absl::string_view bytes, Sink sink, bool* more) {
    *more = false;
    if (member_ended_) return absl::OkStatus();
    stream_.next_out = reinterpret_cast<Bytef*>(output_.data());
    stream_.avail_out = static_cast<uInt>(output_.size());
    const int result = inflate(&stream_, Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) {
      const char* const problem = stream_.msg == nullptr ? "unknown" : stream_.msg;
      return Broken("gzip", absl::StrCat("is damaged (", problem, ")"),
                    position_ + static_cast<int64_t>(bytes.size()) - stream_.avail_in);
    }
    member_ended_ = result == Z_STREAM_END;
    *more = stream_.avail_out == 0;
    const size_t size = output_.size() - stream_.avail_out;
    return size == 0 ? absl::OkStatus() : sink(absl::string_view(output_.data(), size));
  }

  z_stream stream_ = {};
  bool initialised_ = false;
  bool member_ended_ = false;
  int64_t position_ = 0;
  std::string output_;
};

class Unzstd : public Decompressor {
 public:
  Unzstd() : stream_(ZSTD_createDStream(), &ZSTD_freeDStream), output_(kOutputBytes, '\0') {
    constexpr int kWindowLog = 23;
    if (stream_) ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, kWindowLog);
  }

  absl::Status Push(absl::string_view bytes, Sink sink) override {
    if (!stream_) return absl::ResourceExhaustedError("no memory for zstd");
    ZSTD_inBuffer input = {bytes.data(), bytes.size(), 0};
    for (bool more = false; input.pos < input.size || more;) {
      ZSTD_outBuffer output = {output_.data(), output_.size(), 0};
      const size_t result = ZSTD_decompressStream(stream_.get(), &output, &input);
      if (ZSTD_isError(result)) {
        return Broken("zstd", absl::StrCat("is damaged (", ZSTD_getErrorName(result), ")"),
                      position_ + static_cast<int64_t>(input.pos));
      }
      frame_ended_ = result == 0;
      more = output.pos == output.size && !frame_ended_;
      if (output.pos == 0) continue;
      SERIN_RETURN_IF_ERROR(sink(absl::string_view(output_.data(), output.pos)));
    }
    position_ += static_cast<int64_t>(bytes.size());
    return absl::OkStatus();
  }

  absl::Status Finish() override {
    if (frame_ended_) return absl::OkStatus();
    return Broken("zstd", "is cut off", position_);
  }

 private:
  const std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream_;
  bool frame_ended_ = false;
  int64_t position_ = 0;
  std::string output_;
};

}  // namespace

std::unique_ptr<Decompressor> Decompressor::Create(v1::FileFormat::Compression compression) {
  switch (compression) {
    case v1::FileFormat::COMPRESSION_GZIP:
      return std::make_unique<Gunzip>();
    case v1::FileFormat::COMPRESSION_ZSTD:
      return std::make_unique<Unzstd>();
    default:
      return std::make_unique<PassOn>();
  }
}

v1::FileFormat::Compression FindCompression(absl::string_view first_bytes) {
  if (absl::StartsWith(first_bytes, "\x1f\x8b")) return v1::FileFormat::COMPRESSION_GZIP;
  if (absl::StartsWith(first_bytes, "\x28\xb5\x2f\xfd")) return v1::FileFormat::COMPRESSION_ZSTD;
  return v1::FileFormat::COMPRESSION_NONE;
}

}  // namespace serin
