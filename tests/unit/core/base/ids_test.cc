#include "core/base/ids.h"

#include <gtest/gtest.h>

#include <set>

#include "core/base/resource_name.h"
#include "tests/testing/simulated_clock.h"

namespace serin {
namespace {

TEST(IdGeneratorTest, IdsAreUniqueAndSortByTime) {
  SimulatedClock clock;
  IdGenerator ids(&clock);
  std::set<std::string> seen;
  std::string last;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = ids.Next();
    EXPECT_EQ(id.size(), 26u);
    EXPECT_TRUE(ValidateName("id", id).ok()) << id;
    EXPECT_TRUE(seen.insert(id).second);
    EXPECT_LT(last, id);
    last = id;
    clock.Advance(absl::Milliseconds(1));
  }
}

TEST(IdGeneratorTest, IdsOfOneMillisecond_SortByTheOrderInWhichTheyWereMade) {
  SimulatedClock clock;
  IdGenerator ids(&clock);
  std::string last;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = ids.Next();
    EXPECT_LT(last, id);
    last = id;
  }
}

TEST(IdGeneratorTest, ClockThatIsSetBack_DoesNotChangeTheOrder) {
  SimulatedClock clock;
  IdGenerator ids(&clock);
  const std::string first = ids.Next();
  clock.Advance(-absl::Hours(1));
  const std::string second = ids.Next();
  EXPECT_LT(first, second);
  clock.Advance(absl::Hours(2));
  EXPECT_LT(second, ids.Next());
}

TEST(IdGeneratorTest, IdsFollowOneOfAnEarlierProcess_ThoughTheClockWasSetBackSince) {
  SimulatedClock clock;
  const std::string earlier = IdGenerator(&clock).Next();
  clock.Advance(-absl::Hours(1));
  IdGenerator ids(&clock);
  ids.Follow(earlier);
  const std::string next = ids.Next();
  EXPECT_LT(earlier, next);
  EXPECT_EQ(next.substr(0, 10), earlier.substr(0, 10)) << "right behind it";

  clock.Advance(-absl::Hours(1));
  ids.Follow(IdGenerator(&clock).Next());
  EXPECT_LT(next, ids.Next()) << "an older one changes nothing";
}

TEST(IdGeneratorTest, WhatIsNoIdentifier_IsNotFollowed) {
  SimulatedClock clock;
  IdGenerator ids(&clock);
  const std::string first = ids.Next();
  for (const char* text :
       {"", "zzzz", "zzzzzzzzzzzzzzzzzzzzzzzzzU", "zzzzzzzzzzzzzzzzzzzzzzzzzzz"}) {
    ids.Follow(text);
  }
  clock.Advance(absl::Milliseconds(1));
  EXPECT_LT(first, ids.Next());
  EXPECT_EQ(ids.Next().substr(0, 4), first.substr(0, 4));
}

}  // namespace
}  // namespace serin
