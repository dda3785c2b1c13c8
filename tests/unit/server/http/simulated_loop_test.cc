#include "tests/testing/simulated_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace serin::testing {
namespace {

using ::testing::ElementsAre;

TEST(SimulatedLoop, Advance_CallsTimersInOrderOfTheirTime_EachOnce) {
  SimulatedLoop loop;
  std::vector<std::string> calls;
  const auto late = loop.MakeTimer([&] { calls.push_back("late"); });
  const auto early = loop.MakeTimer([&] {
    calls.push_back("early");
    loop.Post([&] { calls.push_back("posted by early"); });
  });
  const auto disarmed = loop.MakeTimer([&] { calls.push_back("disarmed"); });
  late->Arm(absl::Seconds(2));
  early->Arm(absl::Seconds(1));
  disarmed->Arm(absl::Seconds(1));
  disarmed->Disarm();

  loop.Advance(absl::Milliseconds(999));
  EXPECT_THAT(calls, ElementsAre());
  loop.Advance(absl::Seconds(5));
  EXPECT_THAT(calls, ElementsAre("early", "posted by early", "late"));
}

TEST(SimulatedLoop, Timer_MayDestroyItself) {
  SimulatedLoop loop;
  int calls = 0;
  std::unique_ptr<Timer> timer;
  timer = loop.MakeTimer([&] {
    ++calls;
    timer.reset();
  });
  timer->Arm(absl::Seconds(1));
  loop.Advance(absl::Seconds(1));
  loop.Advance(absl::Seconds(1));
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace serin::testing
