#include "core/traffic/shadow.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "core/base/random_bits.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using testing::Eq;

ShadowSetting Setting(const std::vector<std::pair<int32_t, int32_t>>& percents) {
  ShadowSetting setting;
  for (const auto& [version, percent] : percents) {
    auto* shadow = setting.Add();
    shadow->set_version(version);
    shadow->set_percent(percent);
  }
  return setting;
}

TEST(ValidateShadowsTest, TakesNone_AndUpToFour) {
  EXPECT_THAT(ValidateShadows(Setting({})), IsOk());
  EXPECT_THAT(ValidateShadows(Setting({{1, 1}, {2, 100}, {3, 50}, {9, 7}})), IsOk());
}

TEST(ValidateShadowsTest, NamesWhatIsWrong) {
  const auto error = [](auto message) {
    return IsError(absl::StatusCode::kInvalidArgument, Eq(message));
  };
  EXPECT_THAT(ValidateShadows(Setting({{1, 1}, {2, 1}, {3, 1}, {4, 1}, {5, 1}})),
              error("shadows: must be at most 4 versions, are 5"));
  EXPECT_THAT(ValidateShadows(Setting({{1, 10}, {0, 10}})),
              error("shadows[1].version: must be a whole number from 1, is 0"));
  EXPECT_THAT(ValidateShadows(Setting({{1, 0}})),
              error("shadows[0].percent: must be 1 to 100, is 0"));
  EXPECT_THAT(ValidateShadows(Setting({{1, 101}})),
              error("shadows[0].percent: must be 1 to 100, is 101"));
  EXPECT_THAT(ValidateShadows(Setting({{3, 10}, {3, 20}})),
              error("shadows[1].version: version 3 stands twice, must stand once"));
}

TEST(PickShadowsTest, SharesAreThePercents_AndIndependentOfEachOther) {
  const ShadowSetting setting = Setting({{1, 10}, {2, 50}});
  RandomBits random(1);
  constexpr int kCalls = 100'000;
  int first = 0;
  int second = 0;
  int both = 0;
  for (int i = 0; i < kCalls; ++i) {
    const ShadowVersions picked = PickShadows(setting, 3, random.Next());
    const bool has_first = std::count(picked.begin(), picked.end(), 1) == 1;
    const bool has_second = std::count(picked.begin(), picked.end(), 2) == 1;
    first += has_first;
    second += has_second;
    both += has_first && has_second;
  }
  EXPECT_NEAR(first, 0.10 * kCalls, 400);  // 4 standard deviations.
  EXPECT_NEAR(second, 0.50 * kCalls, 650);
  EXPECT_NEAR(both, 0.05 * kCalls, 300);
}

TEST(PickShadowsTest, NeverTheAnsweringVersion) {
  const ShadowSetting setting = Setting({{1, 100}, {2, 100}});
  EXPECT_EQ(PickShadows(setting, 1, 7), ShadowVersions({2}));
  EXPECT_EQ(PickShadows(setting, 3, 7), ShadowVersions({1, 2}));
  EXPECT_EQ(PickShadows(Setting({}), 3, 7), ShadowVersions());
}

}  // namespace
}  // namespace serin
