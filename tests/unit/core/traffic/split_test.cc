#include "core/traffic/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using testing::Eq;

TrafficSplit Split(std::initializer_list<std::pair<int32_t, int32_t>> version_weights) {
  TrafficSplit split;
  for (const auto& [version, weight] : version_weights) {
    v1::TrafficWeight* element = split.Add();
    element->set_version(version);
    element->set_weight(weight);
  }
  return split;
}

constexpr int kKeys = 20'000;

uint64_t KeyHash(int i) { return HashKey("iris", absl::StrCat("user-", i)); }

std::map<int32_t, int> CountPicks(const TrafficSplit& split) {
  std::map<int32_t, int> counts;
  for (int i = 0; i < kKeys; ++i) ++counts[PickVersion(split, KeyHash(i))];
  return counts;
}

// Pearson's statistic of the picks of kKeys keys against the weights.
double ChiSquare(const TrafficSplit& split) {
  std::map<int32_t, int> counts = CountPicks(split);
  double statistic = 0;
  for (const v1::TrafficWeight& element : split) {
    const double expected = kKeys * element.weight() / 100.0;
    statistic += std::pow(counts[element.version()] - expected, 2) / expected;
  }
  return statistic;
}

TEST(ValidateTrafficTest, SharesOfTheWhole_AreAccepted) {
  EXPECT_THAT(ValidateTraffic(Split({{1, 100}})), IsOk());
  EXPECT_THAT(ValidateTraffic(Split({{2, 10}, {1, 90}, {3, 0}})), IsOk());
}

TEST(ValidateTrafficTest, WeightOutOfRange_IsRefused_NamingTheElement) {
  EXPECT_THAT(ValidateTraffic(Split({{1, 100}, {2, -5}})),
              IsError(absl::StatusCode::kInvalidArgument,
                      Eq("traffic[1].weight: must be 0 to 100, is -5")));
  EXPECT_THAT(ValidateTraffic(Split({{1, 101}})),
              IsError(absl::StatusCode::kInvalidArgument,
                      Eq("traffic[0].weight: must be 0 to 100, is 101")));
}

TEST(ValidateTrafficTest, SumOtherThan100_IsRefused_NamingIt) {
  const absl::Status status = ValidateTraffic(Split({{1, 60}, {2, 30}}));
  EXPECT_THAT(status, IsError(absl::StatusCode::kInvalidArgument,
                              Eq("traffic: weights add up to 90, must add up to 100")));
  EXPECT_EQ(ReasonOf(status), "INVALID_FIELD");
  EXPECT_THAT(ValidateTraffic(Split({})),
              IsError(absl::StatusCode::kInvalidArgument,
                      Eq("traffic: weights add up to 0, must add up to 100")));
}

TEST(ValidateTrafficTest, VersionTwice_IsRefused_NamingTheSecond) {
  EXPECT_THAT(ValidateTraffic(Split({{3, 50}, {1, 0}, {3, 50}})),
              IsError(absl::StatusCode::kInvalidArgument,
                      Eq("traffic[2].version: version 3 stands twice, must stand once")));
}

TEST(ValidateTrafficTest, VersionBelow1_IsRefused) {
  EXPECT_THAT(ValidateTraffic(Split({{0, 100}})),
              IsError(absl::StatusCode::kInvalidArgument,
                      Eq("traffic[0].version: must be a whole number from 1, is 0")));
}

TEST(HashKeyTest, IsTheSameInEveryReleaseAndOnEveryMachine) {
  EXPECT_EQ(HashKey("iris", "user-1"), 5407379138304327718u);
  EXPECT_EQ(HashKey("iris", "user-2"), 5185422242603448210u);
  EXPECT_EQ(HashKey("iris", ""), 6961907009847597302u);
}

TEST(HashKeyTest, ModelAndKey_DoNotRunTogether) {
  EXPECT_NE(HashKey("ab", "c"), HashKey("a", "bc"));
}

TEST(PickVersionTest, SameKey_SameVersion_InAnyOrderOfTheList) {
  const TrafficSplit split = Split({{1, 20}, {2, 30}, {3, 50}});
  const TrafficSplit reversed = Split({{3, 50}, {2, 30}, {1, 20}});
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(PickVersion(split, KeyHash(i)), PickVersion(reversed, KeyHash(i)));
  }
}

TEST(PickVersionTest, Shares_AreAsTheWeights) {
  // With probability 0.9999 a fair split stays below these (chi-square with 1, 2 and 4 degrees of
  // freedom); the keys are fixed, so the test is not flaky.
  EXPECT_LT(ChiSquare(Split({{1, 90}, {2, 10}})), 15.1);
  EXPECT_LT(ChiSquare(Split({{1, 99}, {7, 1}})), 15.1);
  EXPECT_LT(ChiSquare(Split({{1, 50}, {2, 30}, {3, 20}})), 18.4);
  EXPECT_LT(ChiSquare(Split({{10, 20}, {11, 20}, {12, 20}, {13, 20}, {14, 20}})), 23.5);
}

TEST(PickVersionTest, WeightZero_TakesNone) {
  const std::map<int32_t, int> counts = CountPicks(Split({{1, 0}, {2, 100}, {3, 0}}));
  EXPECT_THAT(counts, testing::ElementsAre(testing::Pair(2, kKeys)));
}

TEST(PickVersionTest, NoWeight_PicksNone) {
  EXPECT_EQ(PickVersion(Split({}), 1), 0);
  EXPECT_EQ(PickVersion(Split({{1, 0}}), 1), 0);
}

TEST(PickVersionTest, ExtremeHashes_PickAVersion) {
  const TrafficSplit split = Split({{1, 50}, {2, 50}});
  for (const uint64_t hash : {uint64_t{0}, ~uint64_t{0}, uint64_t{1} << 63}) {
    EXPECT_GT(PickVersion(split, hash), 0);
  }
}

// How many keys go from version to version when the traffic changes.
std::map<std::pair<int32_t, int32_t>, int> Moves(const TrafficSplit& before,
                                                 const TrafficSplit& after) {
  std::map<std::pair<int32_t, int32_t>, int> moves;
  for (int i = 0; i < kKeys; ++i) {
    const int32_t from = PickVersion(before, KeyHash(i));
    const int32_t to = PickVersion(after, KeyHash(i));
    if (from != to) ++moves[{from, to}];
  }
  return moves;
}

TEST(PickVersionTest, CanaryGrows_OnlyItsNewShareMoves_AllToIt) {
  const auto moves = Moves(Split({{1, 90}, {2, 10}}), Split({{1, 80}, {2, 20}}));
  ASSERT_EQ(moves.size(), 1);
  EXPECT_EQ(moves.begin()->first, std::make_pair(1, 2));
  EXPECT_NEAR(moves.begin()->second, 0.1 * kKeys, 0.01 * kKeys);
}

TEST(PickVersionTest, VersionLeaves_OnlyItsKeysMove) {
  const auto moves = Moves(Split({{1, 60}, {2, 30}, {3, 10}}), Split({{1, 67}, {2, 33}}));
  int moved_from_3 = 0;
  int moved_elsewhere = 0;
  for (const auto& [move, count] : moves)
    (move.first == 3 ? moved_from_3 : moved_elsewhere) += count;
  EXPECT_NEAR(moved_from_3, 0.1 * kKeys, 0.01 * kKeys);
  // 60:30 is not quite 67:33; what the rounding to whole percent moves.
  EXPECT_LT(moved_elsewhere, 0.005 * kKeys);
}

TEST(PickVersionTest, ThereAndBack_EveryKeyIsWhereItWas) {
  const TrafficSplit before = Split({{1, 90}, {2, 10}});
  const TrafficSplit rolled_back = Split({{2, 10}, {1, 90}});
  EXPECT_TRUE(Moves(before, rolled_back).empty());
}

TEST(PickVersionTest, OneKey_FallsDifferentlyForOtherModels) {
  const TrafficSplit split = Split({{1, 50}, {2, 50}});
  int same = 0;
  for (int i = 0; i < kKeys; ++i) {
    const std::string key = absl::StrCat("user-", i);
    same += PickVersion(split, HashKey("iris", key)) == PickVersion(split, HashKey("wine", key));
  }
  EXPECT_NEAR(same, kKeys / 2, 4 * std::sqrt(kKeys) / 2);
}

}  // namespace
}  // namespace serin
