#include "server/dataset/lane.h"

#include <atomic>
#include <memory>
#include <vector>

#include "absl/synchronization/notification.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::Eq;

TEST(LaneTest, TasksRunInOrder_OneAtATime_OnAnyNumberOfThreads) {
  for (const int threads : {1, 2, 8}) {
    WorkPool pool(threads);
    std::vector<int> done;
    std::atomic<int> running = 0;
    Lane lane(&pool, 3);
    for (int i = 0; i < 2000; ++i) {
      ASSERT_THAT(lane.Run([&, i] {
        EXPECT_EQ(++running, 1);
        done.push_back(i);
        --running;
        return absl::OkStatus();
      }),
                  IsOk());
    }
    ASSERT_THAT(lane.Drain(), IsOk());
    ASSERT_EQ(done.size(), 2000u);
    for (int i = 0; i < 2000; ++i) ASSERT_EQ(done[i], i);
  }
}

TEST(LaneTest, WhereThePoolIsBusy_WhoGivesTasksRunsThem) {
  WorkPool pool(1);
  absl::Notification end;
  pool.Run([&] { end.WaitForNotification(); });
  int done = 0;
  {
    Lane lane(&pool, 2);
    for (int i = 0; i < 5; ++i) {
      ASSERT_THAT(lane.Run([&] {
        ++done;
        return absl::OkStatus();
      }),
                  IsOk());
    }
    EXPECT_EQ(done, 3);
    ASSERT_THAT(lane.Drain(), IsOk());
    EXPECT_EQ(done, 5);
  }
  end.Notify();
}

TEST(LaneTest, TheFirstError_EndsTheLane) {
  WorkPool pool(2);
  Lane lane(&pool, 4);
  int done = 0;
  for (int i = 0; i < 10; ++i) {
    lane.Run([&, i] {
          ++done;
          return i == 3 ? absl::DataLossError("third") : absl::OkStatus();
        })
        .IgnoreError();
  }
  EXPECT_THAT(lane.Drain(), IsError(absl::StatusCode::kDataLoss, Eq("third")));
  EXPECT_EQ(done, 4);
  EXPECT_THAT(lane.Run([] { return absl::OkStatus(); }),
              IsError(absl::StatusCode::kDataLoss, Eq("third")));
}

TEST(LaneTest, ALaneThatGoes_DropsWhatWaits_AndWaitsForWhatRuns) {
  WorkPool pool(1);
  std::atomic<int> done = 0;
  absl::Notification begun;
  absl::Notification go;
  auto lane = std::make_unique<Lane>(&pool, 4);
  ASSERT_THAT(lane->Run([&] {
    begun.Notify();
    go.WaitForNotification();
    ++done;
    return absl::OkStatus();
  }),
              IsOk());
  ASSERT_THAT(lane->Run([&] {
    ++done;
    return absl::OkStatus();
  }),
              IsOk());
  begun.WaitForNotification();
  go.Notify();
  lane.reset();
  EXPECT_GE(done, 1);
}

}  // namespace
}  // namespace serin
