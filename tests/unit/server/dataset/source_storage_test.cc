#include "server/dataset/source_storage.h"

#include <memory>
#include <random>
#include <string>

#include "core/base/status_macros.h"
#include "core/storage/memory_store.h"
#include "core/storage/records.h"
#include "server/dataset/dataset_keys.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using internal::v1::SourceRecord;
using ::testing::HasSubstr;

constexpr char kProject[] = "default";

std::string RandomBytes(size_t size, int values) {
  std::mt19937 random(7);
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random() % values);
  return bytes;
}

class SourceStorageTest : public testing::Test {
 protected:
  // Stores the bytes in pieces of this size.
  SourceRecord Write(absl::string_view bytes, size_t piece) {
    ChunkWriter chunks(&store_, kProject, "s");
    SourceWriter writer(&chunks);
    for (size_t begin = 0; begin < bytes.size(); begin += piece) {
      EXPECT_THAT(writer.Append(bytes.substr(begin, piece)), IsOk());
    }
    const auto record = writer.Finish();
    EXPECT_THAT(record, IsOk());
    stored_bytes_ = chunks.bytes();
    WriteBatch batch = chunks.TakeRest();
    PutRecord(batch, SourceKey(kProject, "s"), *record);
    EXPECT_THAT(store_.Write(batch), IsOk());
    return *record;
  }

  absl::StatusOr<std::string> Read() {
    SERIN_ASSIGN_OR_RETURN(const auto reader, SourceReader::Open(&store_, kProject, "s"));
    std::string bytes;
    while (true) {
      SERIN_ASSIGN_OR_RETURN(const auto piece, reader->Next());
      if (!piece) return bytes;
      EXPECT_LE(piece->size(), size_t{1} << 20);
      bytes += *piece;
    }
  }

  MemoryStore store_;
  int64_t stored_bytes_ = 0;
};

TEST_F(SourceStorageTest, BytesOfAnyKind_ComeBack) {
  for (const int values : {1, 3, 40, 256}) {
    for (const size_t size : {1, 1000, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20}) {
      const std::string bytes = RandomBytes(size, values);
      EXPECT_EQ(Write(bytes, 300'000).encoding(), SourceRecord::ENCODING_ZSTD);
      SERIN_ASSERT_OK_AND_ASSIGN(const std::string back, Read());
      ASSERT_TRUE(back == bytes) << size << " bytes of " << values << " values";
      const auto most =
          static_cast<int64_t>(values < 256 && size > 1000 ? size * 4 / 5 : size + 200);
      EXPECT_LE(stored_bytes_, most);
    }
  }
}

TEST_F(SourceStorageTest, WhatIsCompressed_IsNotCompressedAgain) {
  for (const char* magic : {"\x1f\x8b", "\x28\xb5\x2f\xfd"}) {
    const std::string bytes = magic + std::string(2'500'000, 'x');
    EXPECT_EQ(Write(bytes, 1000).encoding(), SourceRecord::ENCODING_PLAIN);
    SERIN_ASSERT_OK_AND_ASSIGN(const std::string back, Read());
    ASSERT_TRUE(back == bytes);
  }
}

TEST_F(SourceStorageTest, WhatIsMissingOrChanged_IsDataLoss) {
  const std::string bytes = RandomBytes(5 << 20, 200);
  for (const char* magic : {"", "\x1f\x8b"}) {
    const SourceRecord record = Write(magic + bytes, 1 << 20);
    ASSERT_GT(record.chunks_size(), 2);
    WriteBatch batch;
    const std::string key = ChunkKey(kProject, "s", record.chunks(1));
    SERIN_ASSERT_OK_AND_ASSIGN(std::string chunk, store_.Get(key));
    batch.PutValue(key, chunk.substr(1));
    ASSERT_THAT(store_.Write(batch), IsOk());
    EXPECT_THAT(Read(), IsError(absl::StatusCode::kDataLoss, HasSubstr("upload is damaged")));
    WriteBatch deletion;
    deletion.DeleteKey(key);
    ASSERT_THAT(store_.Write(deletion), IsOk());
    EXPECT_THAT(Read(), IsError(absl::StatusCode::kDataLoss, HasSubstr("is not there")));
  }
}

}  // namespace
}  // namespace serin
