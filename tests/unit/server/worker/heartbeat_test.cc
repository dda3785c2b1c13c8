#include "server/worker/heartbeat.h"

#include <gtest/gtest.h>

namespace serin {
namespace {

TEST(HeartbeatTest, BeatsWhileTheProcessComputes_AndOnlyThen) {
  double cpu_seconds = 0;
  int beats = 0;
  Heartbeat heartbeat([&] { return cpu_seconds; }, [&] { ++beats; });
  heartbeat.Step();
  EXPECT_EQ(beats, 0);
  for (int second = 1; second <= 5; ++second) {
    cpu_seconds += 2;  // On two cores.
    heartbeat.Step();
    EXPECT_EQ(beats, second);
  }
  for (int second = 0; second < 600; ++second) {
    cpu_seconds += 1e-4;  // The beats' own.
    heartbeat.Step();
  }
  EXPECT_EQ(beats, 5) << "a process that is stuck is not taken for one that computes";
}

TEST(HeartbeatTest, AProcessThatHardlyGetsTheCpu_StillBeatsNowAndThen) {
  double cpu_seconds = 0;
  int beats = 0;
  Heartbeat heartbeat([&] { return cpu_seconds; }, [&] { ++beats; });
  for (int second = 0; second < 60; ++second) {
    cpu_seconds += 0.01;
    heartbeat.Step();
  }
  EXPECT_GE(beats, 5);
}

}  // namespace
}  // namespace serin
