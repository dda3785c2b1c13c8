#include "server/dataset/dataset_storage.h"

#include <initializer_list>
#include <string>

#include "core/storage/memory_store.h"
#include "core/storage/records.h"
#include "serin/internal/v1/records.pb.h"
#include "server/dataset/dataset_keys.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

constexpr char kProject[] = "default";
constexpr char kStorage[] = "s";

class FreeStorageTest : public testing::Test {
 protected:
  void PutChunks(std::initializer_list<int32_t> numbers) {
    WriteBatch batch;
    for (const int32_t number : numbers) {
      batch.PutValue(ChunkKey(kProject, kStorage, number), "chunk");
    }
    DisownStorage(batch, kProject, kStorage);
    ASSERT_THAT(store_.Write(batch), IsOk());
  }

  // Writes that it took, after which nothing is left.
  int WritesToFree() {
    const int before = store_.write_count();
    EXPECT_THAT(FreeStorage(store_, kProject, kStorage), IsOk());
    bool empty = true;
    EXPECT_THAT(store_.Scan("", "", [&](auto, auto) { return empty = false; }), IsOk());
    EXPECT_TRUE(empty);
    return store_.write_count() - before;
  }

  MemoryStore store_;
};

TEST_F(FreeStorageTest, CostsWhatIsLeft_NotWhatThereOnceWas) {
  PutChunks({5'000'000, 5'000'001, 5'000'002});
  internal::v1::SegmentRecord segment;
  segment.set_first_chunk(5'000'000);
  segment.set_column_count(2);
  WriteBatch batch;
  PutRecord(batch, SegmentKey(kProject, kStorage, 70), segment);
  ASSERT_THAT(store_.Write(batch), IsOk());
  EXPECT_LE(WritesToFree(), 2);
}

TEST_F(FreeStorageTest, GapsAreSkipped) {
  PutChunks({0, 1, 40'000'000, 2'147'483'646});
  EXPECT_LE(WritesToFree(), 4);
}

TEST_F(FreeStorageTest, ManyChunks_GoAThousandAtATime) {
  for (int32_t first = 0; first < 3000; first += 3) PutChunks({first, first + 1, first + 2});
  EXPECT_EQ(WritesToFree(), 4);
}

TEST(CheckDiskHasRoomTest, KeepsAReserve) {
  MemoryStore store;
  EXPECT_THAT(CheckDiskHasRoom(store, 1 << 30), IsOk());
  store.SetFreeBytes(129 << 20);
  EXPECT_THAT(CheckDiskHasRoom(store, 1 << 20), IsOk());
  EXPECT_THAT(CheckDiskHasRoom(store, 2 << 20),
              IsError(absl::StatusCode::kResourceExhausted,
                      HasSubstr("129 MiB are left, of which 128 MiB are kept free")));
}

}  // namespace
}  // namespace serin
