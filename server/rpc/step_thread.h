#ifndef SERIN_SERVER_RPC_STEP_THREAD_H_
#define SERIN_SERVER_RPC_STEP_THREAD_H_

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace serin {

// A thread that calls a step from time to time, and soon after somebody has asked for it. However
// often that was, the step runs once for all who asked before it began. Thread-safe.
class StepThread {
 public:
  // `interval`: from the end of one step to the beginning of the next that nobody asked for.
  StepThread(std::function<void()> step, absl::Duration interval)
      : step_(std::move(step)), interval_(interval) {}
  ~StepThread() { Stop(); }

  StepThread(const StepThread&) = delete;
  StepThread& operator=(const StepThread&) = delete;

  // Call at most once. What was asked for before is done then.
  void Start() {
    thread_ = std::thread([this] { Loop(); });
  }
  void Wake() ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    awake_ = true;
  }
  // Returns once the step does not run, and will not run again. A second call does nothing.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_) {
    {
      absl::MutexLock lock(&mutex_);
      stopping_ = true;
    }
    if (thread_.joinable()) thread_.join();
  }

 private:
  void Loop() {
    while (AwaitNext()) step_();
  }
  // False: stop.
  bool AwaitNext() ABSL_LOCKS_EXCLUDED(mutex_) {
    const auto ready = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return awake_ || stopping_; };
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&ready), interval_);
    awake_ = false;
    return !stopping_;
  }

  const std::function<void()> step_;
  const absl::Duration interval_;
  absl::Mutex mutex_;
  bool awake_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace serin

#endif  // SERIN_SERVER_RPC_STEP_THREAD_H_
