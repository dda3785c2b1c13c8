#include "server/predict/memory_budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

constexpr size_t kBudget = 100;

Resident Idle(size_t bytes, int64_t last_use) { return {bytes, Need::kIdle, last_use}; }
Resident Named(size_t bytes, int64_t last_use) { return {bytes, Need::kNamed, last_use}; }
Resident Traffic(size_t bytes) { return {bytes, Need::kTraffic, 0}; }

Newcomer Called(size_t bytes, Need need) { return {bytes, need, /*called=*/true}; }
Newcomer NotCalled(size_t bytes, Need need) { return {bytes, need, /*called=*/false}; }

TEST(MemoryBudgetTest, WhatFits_DisplacesNobody) {
  EXPECT_THAT(MakeRoom({}, kBudget, NotCalled(100, Need::kIdle)), Optional(IsEmpty()));
  EXPECT_THAT(MakeRoom({Idle(40, 1), Traffic(30)}, kBudget, Called(30, Need::kTraffic)),
              Optional(IsEmpty()));
}

TEST(MemoryBudgetTest, WhatIsLargerThanTheBudget_NeverFits) {
  EXPECT_EQ(MakeRoom({}, kBudget, Called(101, Need::kTraffic)), std::nullopt);
}

TEST(MemoryBudgetTest, LeastRecentlyUsed_LeavesFirst_AndNoMoreThanHaveTo) {
  const Resident residents[] = {Idle(30, 7), Idle(30, 3), Idle(30, 5)};
  EXPECT_THAT(MakeRoom(residents, kBudget, Called(20, Need::kIdle)), Optional(ElementsAre(1)));
  EXPECT_THAT(MakeRoom(residents, kBudget, Called(70, Need::kIdle)), Optional(ElementsAre(1, 2)));
  EXPECT_THAT(MakeRoom(residents, kBudget, Called(100, Need::kIdle)),
              Optional(ElementsAre(1, 2, 0)));
}

TEST(MemoryBudgetTest, NeededLeast_LeavesFirst_HoweverRecentlyUsed) {
  const Resident residents[] = {Named(40, 1), Idle(40, 9)};
  EXPECT_THAT(MakeRoom(residents, kBudget, Called(60, Need::kTraffic)), Optional(ElementsAre(1)));
  EXPECT_THAT(MakeRoom(residents, kBudget, Called(61, Need::kTraffic)),
              Optional(ElementsAre(1, 0)));
}

TEST(MemoryBudgetTest, WhoTakesTraffic_StaysWhoeverComes) {
  for (const Need need : {Need::kIdle, Need::kNamed, Need::kTraffic}) {
    EXPECT_EQ(MakeRoom({Traffic(60), Idle(10, 1)}, kBudget, Called(41, need)), std::nullopt);
    EXPECT_THAT(MakeRoom({Traffic(60), Idle(10, 1)}, kBudget, Called(40, need)),
                Optional(ElementsAre(1)));
  }
}

TEST(MemoryBudgetTest, WhatNobodyWaitsFor_TakesOnlyThePlaceOfThoseNeededLess) {
  EXPECT_EQ(MakeRoom({Idle(60, 1)}, kBudget, NotCalled(41, Need::kIdle)), std::nullopt);
  EXPECT_THAT(MakeRoom({Idle(60, 1)}, kBudget, Called(41, Need::kIdle)), Optional(ElementsAre(0)));
  EXPECT_THAT(MakeRoom({Idle(60, 1)}, kBudget, NotCalled(41, Need::kNamed)),
              Optional(ElementsAre(0)));
  EXPECT_EQ(MakeRoom({Named(60, 1)}, kBudget, NotCalled(41, Need::kNamed)), std::nullopt);
  EXPECT_THAT(MakeRoom({Named(60, 1)}, kBudget, Called(41, Need::kNamed)),
              Optional(ElementsAre(0)));
  EXPECT_EQ(MakeRoom({Named(60, 1)}, kBudget, Called(41, Need::kIdle)), std::nullopt);
}

TEST(MemoryBudgetTest, BytesThatStay_AreThoseOfWhoeverIsNeededMore) {
  const Resident residents[] = {Traffic(10), Named(20, 1), Idle(40, 1)};
  EXPECT_EQ(BytesThatStay(residents, Called(1, Need::kIdle)), 30);
  EXPECT_EQ(BytesThatStay(residents, NotCalled(1, Need::kIdle)), 70);
  EXPECT_EQ(BytesThatStay(residents, Called(1, Need::kNamed)), 10);
  EXPECT_EQ(BytesThatStay(residents, NotCalled(1, Need::kTraffic)), 10);
}

}  // namespace
}  // namespace serin
