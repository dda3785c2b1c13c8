#include "core/traffic/concurrency_limit.h"

#include <gtest/gtest.h>

#include <deque>

namespace serin {
namespace {

class ConcurrencyLimitTest : public testing::Test {
 protected:
  // Takes as many as there are.
  int Fill(ConcurrencyLimit& limit) {
    int taken = 0;
    while (limit.TryAcquire(now_)) ++taken;
    return taken;
  }

  // Rounds of `count` calls at a time, all answered after `latency`.
  void Rounds(ConcurrencyLimit& limit, int rounds, int count, absl::Duration latency,
              LoadEvidence evidence = LoadEvidence::kAnswered) {
    for (int i = 0; i < rounds; ++i) {
      int taken = 0;
      while (taken < count && limit.TryAcquire(now_)) ++taken;
      now_ += latency;
      for (; taken > 0; --taken) limit.Release(evidence, latency, now_);
    }
  }

  absl::Time now_ = absl::UnixEpoch() + absl::Hours(1);
};

TEST_F(ConcurrencyLimitTest, AtFirst_TheInitialLimit) {
  ConcurrencyLimit limit({.initial_limit = 10});
  EXPECT_EQ(Fill(limit), 10);
  EXPECT_EQ(limit.in_flight(), 10);
  limit.Release(LoadEvidence::kNothing, absl::ZeroDuration(), now_);
  EXPECT_EQ(Fill(limit), 1);
}

TEST_F(ConcurrencyLimitTest, WhileNothingIsKnown_ABurstIsTakenWhole) {
  ConcurrencyLimit limit({.initial_limit = 10, .cold_limit = 1000});
  EXPECT_EQ(Fill(limit), 1000);
  now_ += absl::Milliseconds(500);
  for (int i = 0; i < 1000; ++i) {
    limit.Release(LoadEvidence::kAnswered, absl::Milliseconds(500), now_);
  }
  EXPECT_GE(Fill(limit), 10);
  EXPECT_LT(limit.in_flight(), 30);
}

// Eight calls a millisecond to an upstream that does eight at once in 4 ms each.
TEST_F(ConcurrencyLimitTest, TheQueueOfTheFirstBurst_DoesNotPassForLatencyWithoutQueueing) {
  ConcurrencyLimit limit({.initial_limit = 10, .cold_limit = 1000});
  std::deque<absl::Time> waiting;
  for (int millisecond = 0; millisecond < 100; ++millisecond) {
    if (millisecond > 0 && millisecond % 4 == 0) {
      for (int i = 0; i < 8; ++i) {
        limit.Release(LoadEvidence::kAnswered, now_ - waiting.front(), now_);
        waiting.pop_front();
      }
    }
    for (int i = 0; i < 8; ++i) {
      if (limit.TryAcquire(now_)) waiting.push_back(now_);
    }
    now_ += absl::Milliseconds(1);
  }
  EXPECT_EQ(limit.baseline(), absl::Milliseconds(4));
  EXPECT_LT(limit.limit(), 100);
}

TEST_F(ConcurrencyLimitTest, WhileLatencyStays_TheLimitGrows_ToItsMaximum) {
  ConcurrencyLimit limit({.max_limit = 200, .initial_limit = 20});
  Rounds(limit, 10, 20, absl::Milliseconds(60));
  EXPECT_GT(limit.limit(), 30);
  Rounds(limit, 1000, 150, absl::Milliseconds(60));
  EXPECT_EQ(limit.limit(), 200);
}

TEST_F(ConcurrencyLimitTest, ALimitThatNothingComesNear_DoesNotGrow) {
  ConcurrencyLimit limit({.initial_limit = 100});
  Rounds(limit, 1000, 10, absl::Milliseconds(60));
  EXPECT_EQ(limit.limit(), 100);
}

TEST_F(ConcurrencyLimitTest, WhenLatencyRises_TheLimitFalls_ToItsMinimumAtMost) {
  ConcurrencyLimit limit({.min_limit = 5, .initial_limit = 70});
  Rounds(limit, 5, 60, absl::Milliseconds(60));
  const int before = limit.limit();
  Rounds(limit, 5, 60, absl::Milliseconds(600));
  EXPECT_LT(limit.limit(), before / 2);
  Rounds(limit, 20, 1000, absl::Seconds(60));
  EXPECT_GE(limit.limit(), 5);
}

TEST_F(ConcurrencyLimitTest, BelowTheFloor_LatencyIsNotHeldAgainstTheUpstream) {
  ConcurrencyLimit limit({.initial_limit = 100, .latency_floor = absl::Milliseconds(10)});
  Rounds(limit, 1000, 60, absl::Milliseconds(1));
  const int before = limit.limit();
  Rounds(limit, 1000, 60, absl::Milliseconds(9));
  EXPECT_GE(limit.limit(), before);
}

TEST_F(ConcurrencyLimitTest, WhatWasDropped_LowersTheLimit_WhateverTheLatency) {
  ConcurrencyLimit limit({.initial_limit = 100});
  Rounds(limit, 5, 60, absl::Milliseconds(60));
  const int before = limit.limit();
  Rounds(limit, 20, 20, absl::Milliseconds(60), LoadEvidence::kDropped);
  EXPECT_LT(limit.limit(), 0.8 * before);
}

TEST_F(ConcurrencyLimitTest, DeadlinesMissed_LowerTheLimit_UnlessTheyWereTooShortAnyway) {
  ConcurrencyLimit limit({.initial_limit = 100});
  Rounds(limit, 5, 60, absl::Milliseconds(60));
  const int before = limit.limit();
  Rounds(limit, 1000, 20, absl::Milliseconds(1), LoadEvidence::kExpired);
  EXPECT_EQ(limit.limit(), before);
  Rounds(limit, 20, 20, absl::Milliseconds(100), LoadEvidence::kExpired);
  EXPECT_LT(limit.limit(), 0.8 * before);
}

TEST_F(ConcurrencyLimitTest, FastFailures_SayNothing) {
  ConcurrencyLimit limit({.initial_limit = 100});
  Rounds(limit, 5, 60, absl::Milliseconds(60));
  const int before = limit.limit();
  const absl::Duration baseline = limit.baseline();
  Rounds(limit, 1000, 60, absl::Milliseconds(1), LoadEvidence::kNothing);
  EXPECT_EQ(limit.limit(), before);
  EXPECT_EQ(limit.baseline(), baseline);
}

TEST_F(ConcurrencyLimitTest, AHealthyUpstream_IsNeverProbed) {
  ConcurrencyLimit limit({.initial_limit = 100});
  for (int second = 0; second < 60; ++second) {
    Rounds(limit, 10, 90, absl::Milliseconds(100));
    EXPECT_GE(limit.limit(), 100);
  }
  EXPECT_NEAR(absl::ToDoubleMilliseconds(limit.baseline()), 100, 1);
}

TEST_F(ConcurrencyLimitTest, AnUpstreamThatStops_IsRefusedMore_ButNothingIsForgotten) {
  ConcurrencyLimit limit({.initial_limit = 10});
  EXPECT_EQ(Fill(limit), 10);
  now_ += absl::Hours(1);
  EXPECT_EQ(Fill(limit), 0);
  for (int i = 0; i < 10; ++i) {
    limit.Release(LoadEvidence::kNothing, absl::Hours(1), now_);
  }
  EXPECT_EQ(limit.in_flight(), 0);
  EXPECT_EQ(Fill(limit), 10);
}

TEST_F(ConcurrencyLimitTest, ALimitFarTooHigh_ComesDown_OnceLatencySaysSo) {
  ConcurrencyLimit limit({.max_limit = 10'000, .initial_limit = 10'000});
  Rounds(limit, 20, 60, absl::Milliseconds(60));
  EXPECT_EQ(limit.limit(), 10'000);
  Rounds(limit, 20, 60, absl::Milliseconds(120));  // A bad moment is no reason.
  EXPECT_EQ(limit.limit(), 10'000);
  Rounds(limit, 1, 60, absl::Seconds(1));
  EXPECT_LE(limit.limit(), 8 * 60);
}

TEST_F(ConcurrencyLimitTest, ATimeThatGoesBack_ChangesNothing) {
  ConcurrencyLimit limit({.initial_limit = 100});
  Rounds(limit, 5, 60, absl::Milliseconds(60));
  const absl::Duration baseline = limit.baseline();
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(limit.TryAcquire(now_));
    limit.Release(LoadEvidence::kNothing, absl::ZeroDuration(), absl::InfinitePast());
  }
  Rounds(limit, 5, 60, absl::Milliseconds(60));
  EXPECT_NEAR(absl::ToDoubleMilliseconds(limit.baseline()), absl::ToDoubleMilliseconds(baseline),
              1);
}

}  // namespace
}  // namespace serin
