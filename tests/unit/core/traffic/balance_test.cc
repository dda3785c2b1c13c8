#include "core/traffic/balance.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "core/base/random_bits.h"

namespace serin {
namespace {

ReplicaLoad Ready(uint32_t outstanding, uint32_t weight = 1) {
  return {.outstanding = outstanding, .weight = weight, .ready = true};
}

// How often each of `loads` is picked, in `calls` picks of which none changes the loads.
std::vector<int> Picks(const std::vector<int>& candidates, const std::vector<ReplicaLoad>& loads,
                       int calls, int avoid = kNoReplica) {
  std::vector<int> picks(loads.size());
  RandomBits random(1);
  for (int i = 0; i < calls; ++i) {
    const int replica = PickReplica(candidates, loads, random.Next(), avoid);
    if (replica != kNoReplica) ++picks[replica];
  }
  return picks;
}

TEST(PickReplicaTest, NoneReady_IsNone) {
  EXPECT_EQ(PickReplica({}, {}, 1), kNoReplica);
  const std::vector<ReplicaLoad> loads = {{.ready = false}, {.ready = false, .ejected = true}};
  EXPECT_EQ(Picks({0, 1}, loads, 100), std::vector<int>({0, 0}));
}

TEST(PickReplicaTest, OnlyCandidatesThatAreReady) {
  const std::vector<ReplicaLoad> loads = {Ready(0), Ready(9), {.ready = false}, Ready(0)};
  EXPECT_EQ(Picks({1, 2}, loads, 100), std::vector<int>({0, 100, 0, 0}));
}

TEST(PickReplicaTest, OfTwo_TheOneWithFewerOutstanding) {
  const std::vector<int> picks = Picks({0, 1}, {Ready(3), Ready(2)}, 1000);
  // The heavier one only where both draws of the second missed the lighter: (1/2)^4 of half.
  EXPECT_LT(picks[0], 60);
}

TEST(PickReplicaTest, Equals_ShareEvenly) {
  const std::vector<int> picks = Picks({0, 1, 2, 3}, std::vector<ReplicaLoad>(4, Ready(5)), 40'000);
  for (const int picked : picks) EXPECT_NEAR(picked, 10'000, 400);
}

TEST(PickReplicaTest, Weight_IsCapacity) {
  // 5 of 3 is less than 2 of 1, and 5 of 2 is more.
  EXPECT_GT(Picks({0, 1}, {Ready(5, 3), Ready(2)}, 1000)[0], 900);
  EXPECT_LT(Picks({0, 1}, {Ready(5, 2), Ready(1)}, 1000)[0], 100);
}

TEST(PickReplicaTest, Ejected_OnlyWhereNoOtherIsReady) {
  std::vector<ReplicaLoad> loads = {Ready(100), Ready(0), Ready(0)};
  loads[1].ejected = loads[2].ejected = true;
  EXPECT_EQ(Picks({0, 1, 2}, loads, 1000), std::vector<int>({1000, 0, 0}));
  loads[0].ready = false;
  const std::vector<int> picks = Picks({0, 1, 2}, loads, 1000);
  EXPECT_EQ(picks[0], 0);
  EXPECT_NEAR(picks[1], 500, 100);
}

TEST(PickReplicaTest, Avoided_OnlyWhereThereIsNoOther) {
  std::vector<ReplicaLoad> loads = {Ready(0), Ready(100)};
  EXPECT_EQ(Picks({0, 1}, loads, 1000, /*avoid=*/0), std::vector<int>({0, 1000}));
  loads[1].ejected = true;  // Better an ejected one than the one that has just failed.
  EXPECT_EQ(Picks({0, 1}, loads, 1000, /*avoid=*/0), std::vector<int>({0, 1000}));
  loads[1].ready = false;
  EXPECT_EQ(Picks({0, 1}, loads, 1000, /*avoid=*/0), std::vector<int>({1000, 0}));
}

TEST(PickReplicaTest, FewOfManyUsable_TheLeastLoadedOfThem) {
  std::vector<ReplicaLoad> loads(100);
  std::vector<int> candidates(100);
  for (int i = 0; i < 100; ++i) candidates[i] = i;
  loads[17] = Ready(1);
  loads[71] = Ready(2);
  const std::vector<int> picks = Picks(candidates, loads, 1000);
  EXPECT_EQ(picks[17] + picks[71], 1000);
  EXPECT_GT(picks[17], 900);
}

// Balls into bins: the longest queue of n is about log n / log log n with one choice, and
// log2 log n + O(1) with two.
TEST(PickReplicaTest, LoadsStayEven_UnlikeWithOneChoice) {
  constexpr int kReplicas = 1000;
  std::vector<ReplicaLoad> loads(kReplicas, Ready(0));
  std::vector<int> candidates(kReplicas);
  for (int i = 0; i < kReplicas; ++i) candidates[i] = i;
  RandomBits random(7);
  std::vector<uint32_t> by_one_choice(kReplicas);
  for (int i = 0; i < 10 * kReplicas; ++i) {
    ++loads[PickReplica(candidates, loads, random.Next())].outstanding;
    ++by_one_choice[random.Below(kReplicas)];
  }
  uint32_t longest = 0;
  for (const ReplicaLoad& load : loads) longest = std::max(longest, load.outstanding);
  EXPECT_LE(longest, 13u);
  EXPECT_GE(*std::max_element(by_one_choice.begin(), by_one_choice.end()), 20u);
}

}  // namespace
}  // namespace serin
