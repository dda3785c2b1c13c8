#include "core/traffic/hedge.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/base/random_bits.h"

namespace serin {
namespace {

TEST(HedgePolicyTest, NoHedge_BeforeEnoughIsKnown) {
  HedgePolicy policy({.min_calls = 10});
  for (int i = 0; i < 9; ++i) policy.OnAnswer(absl::Milliseconds(20));
  EXPECT_EQ(policy.Delay(), std::nullopt);
  policy.OnAnswer(absl::Milliseconds(20));
  EXPECT_TRUE(policy.Delay().has_value());
}

TEST(HedgePolicyTest, AboutOneCallInTwenty_IsHedged) {
  HedgePolicy policy({});
  RandomBits random(1);
  int calls = 0;
  int hedged = 0;
  double medians = 0;  // In ms.
  for (int i = 0; i < 50'000; ++i) {
    const absl::Duration latency = absl::Milliseconds(20) * -std::log(1 - random.Unit());
    if (const auto delay = policy.Delay()) {
      ++calls;
      hedged += latency > *delay;
      medians += absl::ToDoubleMilliseconds(policy.median());
    }
    policy.OnAnswer(latency);
  }
  EXPECT_NEAR(static_cast<double>(hedged) / calls, 0.05, 0.005);
  EXPECT_NEAR(medians / calls, 20 * std::log(2), 0.7);
}

TEST(HedgePolicyTest, FastCalls_AreNotHedgedSooner_ThanItIsWorth) {
  HedgePolicy policy({.min_delay = absl::Milliseconds(2)});
  for (int i = 0; i < 1000; ++i) policy.OnAnswer(absl::Microseconds(100));
  EXPECT_EQ(policy.Delay(), absl::Milliseconds(2));
}

}  // namespace
}  // namespace serin
