#ifndef SERIN_TESTS_CONFORMANCE_STORE_CONFORMANCE_H_
#define SERIN_TESTS_CONFORMANCE_STORE_CONFORMANCE_H_

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/storage/store.h"
#include "tests/testing/status_matchers.h"

// What every Store must do. An implementation instantiates the suite with a way to make itself:
//   INSTANTIATE_TEST_SUITE_P(Mine, StoreConformanceTest, Values(StoreFactory{...}));

namespace serin {

// A store, and how to open it again on what it has written.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual Store& store() = 0;
  virtual void Reopen() = 0;
};

using StoreFactory = std::function<std::unique_ptr<StoreUnderTest>()>;

class StoreConformanceTest : public testing::TestWithParam<StoreFactory> {
 protected:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  Store& store() { return subject_->store(); }
  void Reopen() { subject_->Reopen(); }

  void Put(const std::string& key, const std::string& value) {
    WriteBatch batch;
    batch.PutValue(key, value);
    ASSERT_THAT(store().Write(batch), IsOk());
  }

  static Pairs Forward(const StoreReader& reader, absl::string_view prefix,
                       absl::string_view start = "") {
    Pairs found;
    EXPECT_THAT(reader.Scan(prefix, start, Collect(found)), IsOk());
    return found;
  }

  static std::vector<std::string> Keys(const Pairs& pairs) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : pairs) keys.push_back(key);
    return keys;
  }

  static std::vector<std::string> Backward(const StoreReader& reader, absl::string_view prefix,
                                           absl::string_view end = "") {
    Pairs found;
    EXPECT_THAT(reader.ScanBackward(prefix, end, Collect(found)), IsOk());
    return Keys(found);
  }

 private:
  static std::function<bool(absl::string_view, absl::string_view)> Collect(Pairs& found) {
    return [&found](absl::string_view key, absl::string_view value) {
      found.emplace_back(std::string(key), std::string(value));
      return true;
    };
  }

  std::unique_ptr<StoreUnderTest> subject_ = GetParam()();
};

TEST_P(StoreConformanceTest, Get_OfAKeyThatIsNotThere_IsNotFound) {
  EXPECT_THAT(store().Get("a"), IsError(absl::StatusCode::kNotFound, testing::_));
}

TEST_P(StoreConformanceTest, Get_ReturnsWhatWasWrittenLast_WhateverItsBytes) {
  const std::string key("a\0/\xff", 4);
  const std::string value("\0\xff\n", 3);
  Put(key, "first");
  Put(key, value);
  EXPECT_EQ(*store().Get(key), value);
  Put(key, "");
  EXPECT_EQ(*store().Get(key), "");
}

TEST_P(StoreConformanceTest, GetChecksummed_IsGet_OfAStoreAndOfASnapshot) {
  Put("a", "old");
  const std::unique_ptr<StoreReader> snapshot = store().NewSnapshot();
  Put("a", "new");
  EXPECT_EQ(*store().GetChecksummed("a"), "new");
  EXPECT_EQ(*snapshot->GetChecksummed("a"), "old");
  EXPECT_THAT(store().GetChecksummed("b"), IsError(absl::StatusCode::kNotFound, testing::_));
}

TEST_P(StoreConformanceTest, Write_AppliesOperationsInOrder) {
  WriteBatch batch;
  batch.PutValue("a", "1");
  batch.DeleteKey("a");
  batch.PutValue("b", "1");
  batch.PutValue("b", "2");
  batch.DeleteKey("absent");
  ASSERT_THAT(store().Write(batch), IsOk());
  EXPECT_EQ(Forward(store(), ""), (Pairs{{"b", "2"}}));
}

TEST_P(StoreConformanceTest, Write_OfAnEmptyBatch_ChangesNothing) {
  Put("a", "1");
  EXPECT_THAT(store().Write(WriteBatch()), IsOk());
  EXPECT_EQ(Forward(store(), ""), (Pairs{{"a", "1"}}));
}

TEST_P(StoreConformanceTest, Write_OfALargeValue_ReadsBackWhole) {
  const std::string large(5'000'000, 'x');
  Put("large", large);
  EXPECT_TRUE(*store().Get("large") == large);
  Reopen();
  EXPECT_TRUE(*store().Get("large") == large);
}

TEST_P(StoreConformanceTest, Scan_VisitsThePrefixInByteOrder) {
  for (const char* key : {"b/2", "a", "b/10", "b", "c", "b0", "b/\xff"}) Put(key, key);
  EXPECT_EQ(Keys(Forward(store(), "b/")), (std::vector<std::string>{"b/10", "b/2", "b/\xff"}));
  EXPECT_EQ(Keys(Forward(store(), "")),
            (std::vector<std::string>{"a", "b", "b/10", "b/2", "b/\xff", "b0", "c"}));
  EXPECT_TRUE(Forward(store(), "x").empty());
}

TEST_P(StoreConformanceTest, Scan_BeginsAtStart_WithinThePrefix) {
  for (const char* key : {"a", "b/1", "b/2", "b/3", "c"}) Put(key, "");
  EXPECT_EQ(Keys(Forward(store(), "b/", "b/2")), (std::vector<std::string>{"b/2", "b/3"}));
  EXPECT_EQ(Keys(Forward(store(), "b/", "b/20")), (std::vector<std::string>{"b/3"}));
  EXPECT_EQ(Keys(Forward(store(), "b/", "a")), (std::vector<std::string>{"b/1", "b/2", "b/3"}));
  EXPECT_TRUE(Forward(store(), "b/", "c").empty());
}

TEST_P(StoreConformanceTest, ScanBackward_VisitsThePrefixFromTheEnd) {
  for (const char* key : {"a", "b/1", "b/2", "b/3", "b0", "c"}) Put(key, "");
  EXPECT_EQ(Backward(store(), "b/"), (std::vector<std::string>{"b/3", "b/2", "b/1"}));
  EXPECT_EQ(Backward(store(), ""), (std::vector<std::string>{"c", "b0", "b/3", "b/2", "b/1", "a"}));
  EXPECT_EQ(Backward(store(), "c"), (std::vector<std::string>{"c"}));
  EXPECT_TRUE(Backward(store(), "x").empty());
}

TEST_P(StoreConformanceTest, ScanBackward_BeginsBeforeEnd_WithinThePrefix) {
  for (const char* key : {"a", "b/1", "b/2", "b/3", "c"}) Put(key, "");
  EXPECT_EQ(Backward(store(), "b/", "b/3"), (std::vector<std::string>{"b/2", "b/1"}));
  EXPECT_EQ(Backward(store(), "b/", "b/20"), (std::vector<std::string>{"b/2", "b/1"}));
  EXPECT_EQ(Backward(store(), "b/", "c"), (std::vector<std::string>{"b/3", "b/2", "b/1"}));
  EXPECT_TRUE(Backward(store(), "b/", "b/1").empty());
  EXPECT_TRUE(Backward(store(), "b/", "a").empty());
}

TEST_P(StoreConformanceTest, Scan_TakesAPrefixOfTheHighestBytes) {
  for (const char* key : {"a", "\xff", "\xff\xff", "\xff\xff!"}) Put(key, "");
  EXPECT_EQ(Keys(Forward(store(), "\xff\xff")),
            (std::vector<std::string>{"\xff\xff", "\xff\xff!"}));
  EXPECT_EQ(Backward(store(), "\xff\xff"), (std::vector<std::string>{"\xff\xff!", "\xff\xff"}));
}

TEST_P(StoreConformanceTest, Scans_EndWhenTheVisitorSaysSo) {
  for (const char* key : {"a", "b", "c"}) Put(key, "");
  int visits = 0;
  const auto stop_at_second = [&](absl::string_view, absl::string_view) { return ++visits < 2; };
  ASSERT_THAT(store().Scan("", "", stop_at_second), IsOk());
  EXPECT_EQ(visits, 2);
  visits = 0;
  ASSERT_THAT(store().ScanBackward("", "", stop_at_second), IsOk());
  EXPECT_EQ(visits, 2);
}

TEST_P(StoreConformanceTest, Scan_SeesOneInstant_WhateverItsVisitorWrites) {
  for (const char* key : {"a", "b", "c"}) Put(key, "old");
  Pairs seen;
  ASSERT_THAT(store().Scan("", "",
                           [&](absl::string_view key, absl::string_view value) {
                             seen.emplace_back(std::string(key), std::string(value));
                             Put("b", "new");
                             Put("d", "new");
                             return true;
                           }),
              IsOk());
  EXPECT_EQ(seen, (Pairs{{"a", "old"}, {"b", "old"}, {"c", "old"}}));
}

TEST_P(StoreConformanceTest, Snapshot_IsNotChangedByLaterWrites) {
  Put("kept", "1");
  Put("deleted", "1");
  const std::unique_ptr<StoreReader> snapshot = store().NewSnapshot();
  WriteBatch batch;
  batch.PutValue("kept", "2");
  batch.DeleteKey("deleted");
  batch.PutValue("new", "2");
  ASSERT_THAT(store().Write(batch), IsOk());

  EXPECT_EQ(Forward(*snapshot, ""), (Pairs{{"deleted", "1"}, {"kept", "1"}}));
  EXPECT_EQ(Backward(*snapshot, ""), (std::vector<std::string>{"kept", "deleted"}));
  EXPECT_EQ(*snapshot->Get("kept"), "1");
  EXPECT_THAT(snapshot->Get("new"), IsError(absl::StatusCode::kNotFound, testing::_));
  EXPECT_EQ(Forward(store(), ""), (Pairs{{"kept", "2"}, {"new", "2"}}));
}

TEST_P(StoreConformanceTest, Snapshots_AreReleasedInTheOrderInWhichTheyWereTaken) {
  const uint64_t before = store().SnapshotsTaken();
  EXPECT_EQ(store().SnapshotsReleased(), before);
  std::unique_ptr<StoreReader> first = store().NewSnapshot();
  std::unique_ptr<StoreReader> second = store().NewSnapshot();
  EXPECT_EQ(store().SnapshotsTaken(), before + 2);
  second.reset();
  EXPECT_EQ(store().SnapshotsReleased(), before);
  first.reset();
  EXPECT_EQ(store().SnapshotsReleased(), before + 2);
}

TEST_P(StoreConformanceTest, Compact_ChangesNothingThatIsThere) {
  for (const char* key : {"a", "b", "c"}) Put(key, "1");
  WriteBatch batch;
  batch.DeleteKey("b");
  ASSERT_THAT(store().Write(batch), IsOk());
  store().Compact("a", "b");
  EXPECT_EQ(Forward(store(), ""), (Pairs{{"a", "1"}, {"c", "1"}}));
  EXPECT_GT(store().FreeBytes(), 0);
}

TEST_P(StoreConformanceTest, ManyThreads_WriteAndRead_AndNothingIsLostOrTorn) {
  constexpr int kThreads = 4;
  constexpr int kWrites = 20;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < kWrites; ++i) {
        const std::string name = std::to_string(t) + "/" + std::to_string(i);
        WriteBatch batch;
        batch.PutValue("a/" + name, name);
        batch.PutValue("b/" + name, name);
        EXPECT_THAT(store().Write(batch), IsOk());
        const std::unique_ptr<StoreReader> snapshot = store().NewSnapshot();
        const size_t seen = Forward(*snapshot, "a/").size();
        EXPECT_EQ(Forward(*snapshot, "b/").size(), seen);
        EXPECT_EQ(*store().Get("a/" + name), name);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Forward(store(), "a/").size(), size_t{kThreads * kWrites});
}

TEST_P(StoreConformanceTest, Reopening_FindsEveryAcknowledgedBatch) {
  Put("a", "1");
  WriteBatch batch;
  batch.DeleteKey("a");
  batch.PutValue("b", "2");
  batch.PutValue("c", "3");
  ASSERT_THAT(store().Write(batch), IsOk());
  Reopen();
  EXPECT_EQ(Forward(store(), ""), (Pairs{{"b", "2"}, {"c", "3"}}));
  Put("d", "4");
  Reopen();
  EXPECT_EQ(*store().Get("d"), "4");
}

}  // namespace serin

#endif  // SERIN_TESTS_CONFORMANCE_STORE_CONFORMANCE_H_
