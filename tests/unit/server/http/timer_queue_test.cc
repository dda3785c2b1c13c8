#include "server/http/timer_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace serin {
namespace {

absl::Time At(int64_t second) { return absl::FromUnixSeconds(second); }

TEST(TimerQueueTest, GivesEntriesInOrderOfTheirTime) {
  std::mt19937 random(1);
  std::vector<TimerQueue::Entry> entries(500);
  std::vector<int64_t> due(entries.size());
  TimerQueue queue;
  for (size_t i = 0; i < entries.size(); ++i) {
    due[i] = static_cast<int64_t>(random() % 100);
    queue.Insert(&entries[i], At(due[i]));
  }
  for (size_t i = 0; i < entries.size(); i += 3) queue.Remove(&entries[i]);
  int64_t last = 0;
  size_t taken = 0;
  while (TimerQueue::Entry* const entry = queue.PopDue(At(100))) {
    const auto index = static_cast<size_t>(entry - entries.data());
    EXPECT_NE(index % 3, 0U);
    EXPECT_FALSE(entry->queued());
    EXPECT_GE(due[index], last);
    last = due[index];
    ++taken;
  }
  EXPECT_EQ(taken, entries.size() - (entries.size() + 2) / 3);
}

TEST(TimerQueueTest, KeepsWhatIsNotDue) {
  TimerQueue queue;
  EXPECT_EQ(queue.next(), absl::InfiniteFuture());
  TimerQueue::Entry entry;
  queue.Insert(&entry, At(10));
  EXPECT_EQ(queue.next(), At(10));
  EXPECT_EQ(queue.PopDue(At(9)), nullptr);
  EXPECT_TRUE(entry.queued());
  EXPECT_EQ(queue.PopDue(At(10)), &entry);
  EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace serin
