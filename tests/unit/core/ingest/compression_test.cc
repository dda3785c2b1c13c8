// Compressed files, whole and broken.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <string>

#include "tests/unit/core/ingest/ingest_fixture.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kExhausted = absl::StatusCode::kResourceExhausted;

std::string Gzip(const std::string& text) {
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

struct Codec {
  const char* name;
  std::string (*compress)(const std::string&);
  v1::FileFormat::Compression compression;
};

class CompressionTest : public testing::TestWithParam<Codec> {
 protected:
  static std::string Compress(const std::string& text) { return GetParam().compress(text); }
};

TEST_P(CompressionTest, IsRecognisedByContent_InPiecesOfAnySize) {
  const std::string file = Compress("a,b\n1,x\n2,y\n");
  for (size_t piece = 1; piece <= file.size(); ++piece) {
    SERIN_ASSERT_OK_AND_ASSIGN(const Ingested read, Ingest({.bytes = file, .piece = piece}));
    EXPECT_EQ(read.result.format.compression(), GetParam().compression);
    EXPECT_THAT(Values(read.table(), 1), ElementsAre("x", "y"));
  }
}

TEST_P(CompressionTest, StreamsOneBehindTheOther_AreOneFile) {
  const std::string file = Compress("a,b\n1,") + Compress("x\n2,y\n") + Compress("");
  for (const size_t piece : {1, 7, 1000}) {
    SERIN_ASSERT_OK_AND_ASSIGN(const Ingested read, Ingest({.bytes = file, .piece = piece}));
    EXPECT_THAT(Values(read.table(), 1), ElementsAre("x", "y"));
  }
}

TEST_P(CompressionTest, CutOffAnywhere_IsRefused) {
  const std::string file = Compress("a,b\n1,x\n2,y\n");
  for (size_t size = 4; size < file.size(); ++size) {
    EXPECT_THAT(Ingest({.bytes = file.substr(0, size)}),
                IsError(kInvalid, HasSubstr("stream is cut off, at byte ")))
        << size;
  }
}

TEST_P(CompressionTest, DamageAndRubbishBehind_AreRefused) {
  EXPECT_THAT(Ingest({.bytes = Compress("a,b\n1,x\n") + "rubbish"}),
              IsError(kInvalid, HasSubstr("stream is damaged (")));
  IngestInput input{.bytes = "a,b\n1,2\n"};
  input.options.format.set_compression(GetParam().compression);
  EXPECT_THAT(Ingest(input), IsError(kInvalid, HasSubstr("stream is damaged (")));
}

TEST_P(CompressionTest, ABomb_IsRefused_ByItsSizeAndItsRatio) {
  const std::string zeros = "a\n" + std::string(100 << 20, '1');
  const std::string file = Compress(zeros);
  IngestInput input{.bytes = file};
  input.limits.max_text_bytes = 1 << 20;
  EXPECT_THAT(Ingest(input),
              IsError(kExhausted, HasSubstr("more than 1048576 bytes decompressed")));
  std::string lines = "a\n";
  for (int i = 0; i < (40 << 20); ++i) lines += "1\n";
  input = {.bytes = Compress(lines)};
  input.limits.max_compression_ratio = 100;
  EXPECT_THAT(Ingest(input), IsError(kExhausted, HasSubstr("more than 100 times as many bytes")));
}

INSTANTIATE_TEST_SUITE_P(All, CompressionTest,
                         testing::Values(Codec{"Gzip", &Gzip, v1::FileFormat::COMPRESSION_GZIP},
                                         Codec{"Zstd", &Zstd, v1::FileFormat::COMPRESSION_ZSTD}),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace serin
