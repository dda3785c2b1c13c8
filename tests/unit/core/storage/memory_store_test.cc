#include "core/storage/memory_store.h"

#include <string>

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::_;

constexpr auto kUnavailable = absl::StatusCode::kUnavailable;
constexpr auto kNotFound = absl::StatusCode::kNotFound;

WriteBatch Put(const std::string& key) {
  WriteBatch batch;
  batch.PutValue(key, "1");
  return batch;
}

TEST(MemoryStoreTest, AFailedWrite_IsInvisible_AndStopsAllFurtherWrites) {
  MemoryStore store;
  store.FailWriteAfter(1, MemoryStore::FailedWrite::kLost);
  EXPECT_THAT(store.Write(Put("a")), IsOk());
  const absl::Status error = store.Write(Put("b"));
  EXPECT_THAT(error, IsError(kUnavailable, _));
  EXPECT_EQ(store.Write(Put("c")), error);
  EXPECT_THAT(store.Get("a"), IsOk());
  EXPECT_THAT(store.Get("b"), IsError(kNotFound, _));
  EXPECT_EQ(store.write_count(), 1);
}

TEST(MemoryStoreTest, AfterACrash_AFailedWriteIsThereOrNot_AsTold) {
  for (const auto outcome : {MemoryStore::FailedWrite::kLost, MemoryStore::FailedWrite::kKept}) {
    MemoryStore store;
    store.FailWriteAfter(0, outcome);
    EXPECT_FALSE(store.Write(Put("a")).ok());
    store.Crash();
    EXPECT_EQ(store.Get("a").ok(), outcome == MemoryStore::FailedWrite::kKept);
    EXPECT_THAT(store.Write(Put("b")), IsOk());
  }
}

TEST(MemoryStoreTest, ACrash_LosesWhatWasNotSynced) {
  MemoryStore store;
  EXPECT_THAT(store.Write(Put("synced")), IsOk());
  store.SyncWrites(false);
  EXPECT_THAT(store.Write(Put("unsynced")), IsOk());
  EXPECT_THAT(store.Get("unsynced"), IsOk());
  store.Crash();
  EXPECT_THAT(store.Get("synced"), IsOk());
  EXPECT_THAT(store.Get("unsynced"), IsError(kNotFound, _));
}

TEST(MemoryStoreTest, ReadsFailAsTold_UntilToldOtherwise) {
  MemoryStore store;
  ASSERT_THAT(store.Write(Put("a")), IsOk());
  store.FailReads(absl::DataLossError("bad block"));
  EXPECT_EQ(store.Get("a").status(), absl::DataLossError("bad block"));
  EXPECT_EQ(store.Scan("", "", [](auto, auto) { return true; }), absl::DataLossError("bad block"));
  EXPECT_EQ(store.NewSnapshot()->Get("a").status(), absl::DataLossError("bad block"));
  store.FailReads(absl::OkStatus());
  EXPECT_THAT(store.Get("a"), IsOk());
}

}  // namespace
}  // namespace serin
