#include "core/traffic/caller_rates.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "core/base/random_bits.h"

namespace serin {
namespace {

const absl::Time kStart = absl::UnixEpoch() + absl::Hours(1);

TEST(CallerRatesTest, ABurst_ThenTheRate_WithTheDelayThatIsNeeded) {
  CallerRates rates({.per_second = 10, .burst = 3});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(rates.Take("ada", kStart), absl::ZeroDuration());
  EXPECT_EQ(rates.Take("ada", kStart), absl::Milliseconds(100));
  EXPECT_EQ(rates.Take("ada", kStart + absl::Milliseconds(40)), absl::Milliseconds(60));
  EXPECT_EQ(rates.Take("ada", kStart + absl::Milliseconds(100)), absl::ZeroDuration());
  EXPECT_EQ(rates.Take("ada", kStart + absl::Milliseconds(100)), absl::Milliseconds(100));
}

TEST(CallerRatesTest, ADelayThatWasWaited_IsEnough) {
  CallerRates rates({.per_second = 7, .burst = 2});
  absl::Time now = kStart;
  RandomBits random(1);
  for (int i = 0; i < 1000; ++i) {
    now += absl::Milliseconds(random.Below(100));
    const absl::Duration delay = rates.Take("ada", now);
    if (delay > absl::ZeroDuration()) {
      EXPECT_GT(rates.Take("ada", now + delay - absl::Nanoseconds(1)), absl::ZeroDuration());
      now += delay;
      EXPECT_EQ(rates.Take("ada", now), absl::ZeroDuration());
    }
  }
}

TEST(CallerRatesTest, InTheLongRun_TheRateAndOneBurst) {
  CallerRates rates({.per_second = 50, .burst = 20});
  int taken = 0;
  for (int ms = 0; ms < 10'000; ++ms) {
    taken += rates.Take("ada", kStart + absl::Milliseconds(ms)) == absl::ZeroDuration();
  }
  EXPECT_NEAR(taken, 10 * 50 + 20, 1);
}

TEST(CallerRatesTest, CallersDoNotTouchEachOther) {
  CallerRates rates({.per_second = 1, .burst = 1});
  EXPECT_EQ(rates.Take("ada", kStart), absl::ZeroDuration());
  EXPECT_EQ(rates.Take("bob", kStart), absl::ZeroDuration());
  EXPECT_EQ(rates.Take("ada", kStart), absl::Seconds(1));
}

TEST(CallerRatesTest, WithoutARate_NothingIsLimitedOrKept) {
  CallerRates rates({.per_second = 0});
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(rates.Take("ada", kStart), absl::ZeroDuration());
  EXPECT_EQ(rates.callers(), 0u);
}

TEST(CallerRatesTest, ManyCallers_TheLeastRecentlyAskedIsForgotten) {
  CallerRates rates({.per_second = 1, .burst = 1, .max_callers = 3});
  for (const char* caller : {"a", "b", "c"}) rates.Take(caller, kStart);
  EXPECT_GT(rates.Take("a", kStart), absl::ZeroDuration());  // Known, and now the newest.
  EXPECT_EQ(rates.Take("d", kStart), absl::ZeroDuration());  // In b's place.
  EXPECT_EQ(rates.callers(), 3u);
  EXPECT_GT(rates.Take("a", kStart), absl::ZeroDuration());
  EXPECT_GT(rates.Take("c", kStart), absl::ZeroDuration());
  EXPECT_EQ(rates.Take("b", kStart), absl::ZeroDuration());
}

TEST(CallerRatesTest, AMillionCallers_AreBounded) {
  CallerRates rates({.per_second = 1, .burst = 1, .max_callers = 1000});
  for (int i = 0; i < 1'000'000; ++i) rates.Take(absl::StrCat("caller-", i), kStart);
  EXPECT_EQ(rates.callers(), 1000u);
}

}  // namespace
}  // namespace serin
