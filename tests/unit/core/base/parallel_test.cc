#include "core/base/parallel.h"

#include <atomic>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/barrier.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::Each;

TEST(ParallelForTest, CallsEachOnce_OnAnyNumberOfThreads) {
  for (const size_t threads : {0, 1, 3, 100}) {
    std::vector<int> calls(50);
    EXPECT_THAT(ParallelFor(calls.size(), threads,
                            [&](size_t i) {
                              ++calls[i];
                              return absl::OkStatus();
                            }),
                IsOk());
    EXPECT_THAT(calls, Each(1)) << threads;
  }
}

TEST(ParallelForTest, NothingToDo_IsOk) {
  EXPECT_THAT(ParallelFor(0, 4, [](size_t) { return absl::InternalError("was called"); }), IsOk());
}

TEST(ParallelForTest, RunsOnSeveralThreadsAtOnce) {
  absl::Barrier* barrier = new absl::Barrier(3);
  EXPECT_THAT(ParallelFor(3, 3,
                          [&](size_t) {
                            if (barrier->Block()) delete barrier;
                            return absl::OkStatus();
                          }),
              IsOk());
}

TEST(ParallelForTest, TheLowestErrorIsReturned_AndAllAreCalled) {
  for (const size_t threads : {1, 4}) {
    std::atomic<int> calls = 0;
    const absl::Status status = ParallelFor(20, threads, [&](size_t i) {
      ++calls;
      return i % 7 == 5 ? absl::InvalidArgumentError(absl::StrCat("of ", i)) : absl::OkStatus();
    });
    EXPECT_EQ(status, absl::InvalidArgumentError("of 5"));
    EXPECT_EQ(calls, 20);
  }
}

}  // namespace
}  // namespace serin
