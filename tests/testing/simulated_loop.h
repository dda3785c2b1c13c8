#ifndef SERIN_TESTS_TESTING_SIMULATED_LOOP_H_
#define SERIN_TESTS_TESTING_SIMULATED_LOOP_H_

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "absl/time/time.h"
#include "server/http/event_loop.h"

namespace serin::testing {

// An event loop that runs when the test says so, on the thread of the test, by a clock that the
// test moves. Not thread-safe, Post included.
class SimulatedLoop final : public EventLoop {
 public:
  absl::Time Now() const override { return now_; }
  void Post(std::function<void()> task) override { tasks_.push_back(std::move(task)); }
  std::unique_ptr<Timer> MakeTimer(std::function<void()> callback) override;

  // Runs what is posted, and what that posts, until there is nothing left.
  void RunPosted();

  // Moves the clock, calling each timer at its time and running what is posted after each.
  void Advance(absl::Duration by);

 private:
  class SimulatedTimer;

  absl::Time now_ = absl::UnixEpoch() + absl::Hours(1);
  std::deque<std::function<void()>> tasks_;
  std::multimap<absl::Time, SimulatedTimer*> armed_;  // By when they are due.
};

}  // namespace serin::testing

#endif  // SERIN_TESTS_TESTING_SIMULATED_LOOP_H_
