#include "server/proxy/deadline_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <random>
#include <vector>

#include "tests/testing/simulated_loop.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DeadlineQueueTest : public ::testing::Test {
 protected:
  struct Named final : DeadlineQueue::Entry {
    Named(int with_name, std::vector<int>* of) : name(with_name), fired(*of) {}
    void OnDeadline() override {
      fired.push_back(name);
      if (then) then();
    }
    int name;
    std::vector<int>& fired;
    std::function<void()> then;
  };

  absl::Time At(int ms) const { return start_ + absl::Milliseconds(ms); }

  serin::testing::SimulatedLoop loop_;
  const absl::Time start_ = loop_.Now();
  DeadlineQueue queue_{&loop_};
  std::vector<int> fired_;
  Named one_{1, &fired_};
  Named two_{2, &fired_};
  Named three_{3, &fired_};
};

TEST_F(DeadlineQueueTest, EachIsCalledOnce_AtItsTime_InOrder) {
  queue_.Add(&two_, At(20));
  queue_.Add(&three_, At(30));
  queue_.Add(&one_, At(10));
  loop_.Advance(absl::Milliseconds(9));
  EXPECT_THAT(fired_, IsEmpty());
  loop_.Advance(absl::Milliseconds(1));
  EXPECT_THAT(fired_, ElementsAre(1));
  loop_.Advance(absl::Seconds(1));
  EXPECT_THAT(fired_, ElementsAre(1, 2, 3));
  EXPECT_EQ(queue_.size(), 0);
}

TEST_F(DeadlineQueueTest, Removed_IsNotCalled_AndTheOthersAre) {
  queue_.Add(&one_, At(10));
  queue_.Add(&two_, At(20));
  queue_.Remove(&one_);
  queue_.Remove(&one_);
  queue_.Remove(&three_);
  loop_.Advance(absl::Milliseconds(30));
  EXPECT_THAT(fired_, ElementsAre(2));
}

TEST_F(DeadlineQueueTest, AddedAgain_HasOnlyTheNewTime) {
  queue_.Add(&one_, At(10));
  queue_.Add(&one_, At(40));
  loop_.Advance(absl::Milliseconds(30));
  EXPECT_THAT(fired_, IsEmpty());
  loop_.Advance(absl::Milliseconds(10));
  EXPECT_THAT(fired_, ElementsAre(1));
}

TEST_F(DeadlineQueueTest, PastTimes_AreCalledSoon_AndNotAtOnce) {
  queue_.Add(&one_, At(-5));
  EXPECT_THAT(fired_, IsEmpty());
  loop_.Advance(absl::ZeroDuration());
  EXPECT_THAT(fired_, ElementsAre(1));
}

TEST_F(DeadlineQueueTest, ACall_MayRemoveAndAddOthers) {
  one_.then = [&] {
    queue_.Remove(&two_);
    if (fired_.size() == 1) queue_.Add(&one_, At(50));
  };
  queue_.Add(&one_, At(10));
  queue_.Add(&two_, At(10));
  queue_.Add(&three_, At(60));
  loop_.Advance(absl::Milliseconds(55));
  EXPECT_THAT(fired_, ElementsAre(1, 1));
  loop_.Advance(absl::Milliseconds(55));
  EXPECT_THAT(fired_, ElementsAre(1, 1, 3));
}

TEST_F(DeadlineQueueTest, ThousandsInAnyOrder_SomeRemoved_ComeSorted) {
  std::mt19937 random(7);
  std::deque<Named> entries;
  std::vector<int> expected;
  for (int i = 0; i < 2000; ++i) {
    const int ms = static_cast<int>(random() % 500);
    queue_.Add(&entries.emplace_back(ms, &fired_), At(ms));
    if (i % 3 == 1) {
      queue_.Remove(&entries[i - 1]);
      entries[i - 1].name = -1;
    }
  }
  for (const Named& entry : entries) {
    if (entry.name >= 0) expected.push_back(entry.name);
  }
  std::sort(expected.begin(), expected.end());
  loop_.Advance(absl::Seconds(1));
  EXPECT_EQ(fired_, expected);
}

}  // namespace
}  // namespace serin
