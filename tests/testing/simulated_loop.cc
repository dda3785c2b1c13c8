#include "tests/testing/simulated_loop.h"

#include <algorithm>

namespace serin::testing {

class SimulatedLoop::SimulatedTimer final : public Timer {
 public:
  SimulatedTimer(SimulatedLoop* loop, std::function<void()> callback)
      : loop_(*loop), callback_(std::move(callback)) {}
  ~SimulatedTimer() override { Disarm(); }

  void Arm(absl::Duration delay) override {
    Disarm();
    loop_.armed_.emplace(loop_.now_ + delay, this);
  }

  void Disarm() override {
    for (auto it = loop_.armed_.begin(); it != loop_.armed_.end(); ++it) {
      if (it->second == this) {
        loop_.armed_.erase(it);
        return;
      }
    }
  }

  // A copy, since the callback may destroy the timer.
  std::function<void()> callback() const { return callback_; }

 private:
  SimulatedLoop& loop_;
  const std::function<void()> callback_;
};

std::unique_ptr<Timer> SimulatedLoop::MakeTimer(std::function<void()> callback) {
  return std::make_unique<SimulatedTimer>(this, std::move(callback));
}

void SimulatedLoop::RunPosted() {
  while (!tasks_.empty()) {
    const std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
  }
}

void SimulatedLoop::Advance(absl::Duration by) {
  const absl::Time end = now_ + by;
  RunPosted();
  while (!armed_.empty() && armed_.begin()->first <= end) {
    const auto [due, timer] = *armed_.begin();
    armed_.erase(armed_.begin());
    now_ = std::max(now_, due);
    timer->callback()();
    RunPosted();
  }
  now_ = end;
}

}  // namespace serin::testing
