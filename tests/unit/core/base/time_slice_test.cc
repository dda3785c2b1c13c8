#include "core/base/time_slice.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>

#include <thread>

namespace serin {
namespace {

// Runs in a thread of its own: what is asked for stays with the thread.
template <typename Function>
void InThread(Function function) {
  std::thread(function).join();
}

TEST(TimeSliceTest, IsWhatTheThreadAskedFor_AndThatOfThreadsItStarts) {
  if (TimeSlice() == absl::ZeroDuration()) GTEST_SKIP() << "the kernel has no slices to ask for";
  const absl::Duration before = TimeSlice();
  InThread([] {
    SetTimeSlice(absl::Milliseconds(50));
    EXPECT_EQ(TimeSlice(), absl::Milliseconds(50));
    InThread([] { EXPECT_EQ(TimeSlice(), absl::Milliseconds(50)); });
  });
  EXPECT_EQ(TimeSlice(), before);
}

TEST(TimeSliceTest, LeavesPolicyAndNicenessAsTheyAre) {
  InThread([] {
    const sched_param none = {};
    ASSERT_EQ(sched_setscheduler(0, SCHED_BATCH, &none), 0);
    const int niceness = getpriority(PRIO_PROCESS, 0);
    SetTimeSlice(absl::Milliseconds(50));
    EXPECT_EQ(sched_getscheduler(0), SCHED_BATCH);
    EXPECT_EQ(getpriority(PRIO_PROCESS, 0), niceness);
  });
}

}  // namespace
}  // namespace serin
