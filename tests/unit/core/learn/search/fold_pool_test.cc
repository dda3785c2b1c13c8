#include "core/learn/search/fold_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <vector>

#include "absl/synchronization/barrier.h"
#include "absl/synchronization/notification.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

constexpr size_t kAll = 100;

bool Always() { return true; }

TEST(FoldPoolTest, EachFoldIsWorkedOnOnce_WhateverTheThreads) {
  for (const int threads : {1, 2, 7}) {
    FoldPool pool(threads);
    for (const size_t count : {size_t{1}, size_t{3}, size_t{15}}) {
      std::vector<std::atomic<int>> calls(count);
      EXPECT_THAT(pool.ForEach(count, kAll, &Always,
                               [&](size_t fold, const FoldPool::GoOn& go_on) {
                                 EXPECT_TRUE(go_on());
                                 ++calls[fold];
                                 return absl::OkStatus();
                               }),
                  IsOk());
      for (const auto& fold : calls) EXPECT_EQ(fold, 1);
    }
  }
}

// Each waits for the other: one at a time, they would wait for ever.
TEST(FoldPoolTest, FoldsAreWorkedOnAtTheSameTime) {
  FoldPool pool(3);
  absl::Barrier three(3);
  EXPECT_THAT(pool.ForEach(3, kAll, &Always,
                           [&](size_t, const FoldPool::GoOn&) {
                             three.Block();
                             return absl::OkStatus();
                           }),
              IsOk());
}

TEST(FoldPoolTest, NoMoreAtATimeThanIsAsked) {
  FoldPool pool(4);
  std::atomic<int> under_way = 0;
  EXPECT_THAT(pool.ForEach(8, /*at_a_time=*/1, &Always,
                           [&](size_t, const FoldPool::GoOn&) {
                             EXPECT_EQ(under_way++, 0);
                             --under_way;
                             return absl::OkStatus();
                           }),
              IsOk());
}

// Fold 2 fails while fold 1 is under way, which fails later: it is its error that counts.
TEST(FoldPoolTest, TheFirstFoldsErrorCounts_HoweverTheyEnd) {
  FoldPool pool(2);
  absl::Notification failed;
  const absl::Status status =
      pool.ForEach(4, kAll, &Always, [&](size_t fold, const FoldPool::GoOn& go_on) {
        if (fold == 0) return absl::OkStatus();
        if (fold == 1) {
          failed.WaitForNotification();
          EXPECT_TRUE(go_on()) << "it comes before the one that has failed";
          return absl::InvalidArgumentError("fold 1");
        }
        failed.Notify();
        return absl::InvalidArgumentError("fold 2");
      });
  EXPECT_THAT(status, IsError(absl::StatusCode::kInvalidArgument, "fold 1"));
}

// Fold 1 computes until it is told to end.
TEST(FoldPoolTest, WhatComesBehindAFoldThatFailed_IsBrokenOff) {
  FoldPool pool(2);
  absl::Barrier both(2);
  std::atomic<int> begun = 0;
  const absl::Status status =
      pool.ForEach(9, kAll, &Always, [&](size_t fold, const FoldPool::GoOn& go_on) {
        ++begun;
        if (fold < 2) both.Block();
        if (fold == 0) return absl::InvalidArgumentError("no values");
        while (go_on()) {
        }
        return absl::CancelledError("stopped");
      });
  EXPECT_THAT(status, IsError(absl::StatusCode::kInvalidArgument, "no values"));
  EXPECT_EQ(begun, 2);
}

TEST(FoldPoolTest, OnceItIsToStop_AllEnd_AndNobodyIsAskedAgain) {
  FoldPool pool(3);
  std::atomic<int> asked = 0;
  std::atomic<int> asking = 0;
  const auto go_on = [&] {
    EXPECT_EQ(asking++, 0) << "by one thread at a time";
    const bool goes_on = ++asked < 100;
    --asking;
    return goes_on;
  };
  const absl::Status status =
      pool.ForEach(6, kAll, go_on, [&](size_t, const FoldPool::GoOn& fold_goes_on) {
        while (fold_goes_on()) {
        }
        return absl::CancelledError("stopped");
      });
  EXPECT_THAT(status, IsError(absl::StatusCode::kCancelled, testing::_));
  EXPECT_EQ(asked, 100);
}

}  // namespace
}  // namespace serin
