#ifndef SERIN_TESTS_UNIT_SERVER_CONTROL_FAKE_LAUNCHER_H_
#define SERIN_TESTS_UNIT_SERVER_CONTROL_FAKE_LAUNCHER_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "server/control/launcher.h"

namespace serin {

// Workers that are only numbers; a test says when and how they end.
class FakeLauncher final : public WorkerLauncher {
 public:
  void Launch(const WorkerAttempt& attempt, ExitFn on_exit) override {
    absl::MutexLock lock(&mutex_);
    workers_.emplace_back(attempt, std::move(on_exit));
  }
  void Kill(const WorkerAttempt& attempt) override {
    End(attempt, absl::InternalError("the worker was ended by signal 9 (Killed)"));
  }
  void KillAll() override {
    while (running() > 0) Exit(absl::InternalError("the worker was ended by signal 9 (Killed)"));
  }

  // The worker that was launched first ends.
  void Exit(const absl::Status& how) { End(First(), how); }
  // A worker ends, if it runs.
  void End(const WorkerAttempt& attempt, const absl::Status& how) {
    ExitFn on_exit;
    {
      absl::MutexLock lock(&mutex_);
      const auto worker = std::find_if(workers_.begin(), workers_.end(),
                                       [&](const auto& w) { return w.first == attempt; });
      if (worker == workers_.end()) return;
      on_exit = std::move(worker->second);
      workers_.erase(worker);
    }
    on_exit(how);
  }
  WorkerAttempt First() {
    absl::MutexLock lock(&mutex_);
    return workers_.front().first;
  }
  size_t running() {
    absl::MutexLock lock(&mutex_);
    return workers_.size();
  }
  void AwaitRunning(size_t count) {
    const auto reached = [&] { return workers_.size() == count; };
    absl::MutexLock lock(&mutex_);
    EXPECT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&reached), absl::Seconds(20)));
  }

 private:
  absl::Mutex mutex_;
  std::vector<std::pair<WorkerAttempt, ExitFn>> workers_;
};

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_SERVER_CONTROL_FAKE_LAUNCHER_H_
