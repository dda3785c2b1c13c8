#include "server/http/epoll_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "server/http/loop_group.h"

namespace serin {
namespace {

using ::testing::ElementsAre;

TEST(EpollLoopTest, RunsPostedTasksInOrder_FromAnyThread) {
  EpollLoop loop;
  std::vector<int> ran;
  loop.Run([&] {
    loop.Post([&] {
      ran.push_back(2);
      loop.Post([&] { ran.push_back(4); });
      ran.push_back(3);
    });
    ran.push_back(1);
  });
  loop.Run([] {});
  loop.Run([] {});
  EXPECT_THAT(ran, ElementsAre(1, 2, 3, 4));
}

TEST(EpollLoopTest, TakesTasksFromManyThreads) {
  EpollLoop loop;
  constexpr int kThreads = 4;
  constexpr int kTasks = 2000;
  int count = 0;  // Only on the loop.
  std::vector<int> last(kThreads, -1);
  bool in_order = true;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kTasks; ++i) {
          loop.Post([&, t, i] {
            ++count;
            in_order = in_order && last[t] == i - 1;
            last[t] = i;
          });
        }
      });
    }
  }
  loop.Run([] {});
  EXPECT_EQ(count, kThreads * kTasks);
  EXPECT_TRUE(in_order);
}

TEST(EpollLoopTest, TimersFireInOrder_AndNotOnceDisarmed) {
  EpollLoop loop;
  std::vector<int> fired;
  std::promise<void> done;
  std::unique_ptr<Timer> first, second, never;
  absl::Time armed;
  absl::Time now;
  loop.Run([&] {
    armed = loop.Now();
    second = loop.MakeTimer([&] {
      fired.push_back(2);
      now = loop.Now();
      second.reset();  // Itself.
      done.set_value();
    });
    first = loop.MakeTimer([&] { fired.push_back(1); });
    never = loop.MakeTimer([&] { fired.push_back(3); });
    never->Arm(absl::Milliseconds(1));
    second->Arm(absl::Milliseconds(6));
    first->Arm(absl::Hours(1));
    first->Arm(absl::Milliseconds(2));
    never->Disarm();
  });
  done.get_future().wait();
  EXPECT_THAT(fired, ElementsAre(1, 2));
  EXPECT_GE(now - armed, absl::Milliseconds(6));
  loop.Run([&] {
    first.reset();
    never.reset();
  });
}

TEST(EpollLoopTest, TimerCanBeArmedFromItsCallback) {
  EpollLoop loop;
  int fired = 0;
  std::promise<void> done;
  std::unique_ptr<Timer> timer;
  loop.Run([&] {
    timer = loop.MakeTimer([&] {
      if (++fired == 3) {
        done.set_value();
      } else {
        timer->Arm(absl::Milliseconds(1));
      }
    });
    timer->Arm(absl::ZeroDuration());
  });
  done.get_future().wait();
  loop.Run([&] { timer.reset(); });
  EXPECT_EQ(fired, 3);
}

TEST(EpollLoopTest, TimerThatIsAlwaysDue_DoesNotKeepOthersFromRunning) {
  EpollLoop loop;
  std::unique_ptr<Timer> timer;
  loop.Run([&] {
    timer = loop.MakeTimer([&] { timer->Arm(-absl::Seconds(1)); });
    timer->Arm(absl::ZeroDuration());
  });
  for (int i = 0; i < 10; ++i) loop.Run([] {});
  loop.Run([&] { timer.reset(); });
}

TEST(LoopGroupTest, RunOnEach_RunsOnceOnEachThread) {
  LoopGroup loops(3);
  std::vector<std::thread::id> threads(loops.size());
  loops.RunOnEach([&](size_t index) { threads[index] = std::this_thread::get_id(); });
  EXPECT_NE(threads[0], threads[1]);
  EXPECT_NE(threads[1], threads[2]);
  EXPECT_NE(threads[0], std::this_thread::get_id());
}

}  // namespace
}  // namespace serin
