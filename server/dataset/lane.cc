#include "server/dataset/lane.h"

#include <deque>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace serin {

// A turn in the pool's queue runs all tasks that wait, unless one is running.
class Lane::State : public std::enable_shared_from_this<State> {
 public:
  State(WorkPool* pool, size_t max_waiting) : pool_(pool), max_waiting_(max_waiting) {}

  absl::Status Run(std::function<absl::Status()> task) ABSL_LOCKS_EXCLUDED(mutex_) {
    {
      absl::MutexLock lock(&mutex_);
      if (!error_.ok()) return error_;
      tasks_.push_back(std::move(task));
    }
    QueueTurn();
    return WaitFor(max_waiting_, false);
  }

  absl::Status Drain() { return WaitFor(0, true); }

  void Close() ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    tasks_.clear();
    mutex_.Await(absl::Condition(this, &State::IsIdle));
  }

 private:
  bool IsIdle() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !running_; }

  void QueueTurn() {
    pool_->Run([self = shared_from_this()] { self->TakeTurn(); });
  }

  void TakeTurn() ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    while (!running_ && !tasks_.empty()) RunFirst();
  }

  // Until at most `waiting` tasks wait and, where `idle` is set, none runs.
  absl::Status WaitFor(size_t waiting, bool idle) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    while (tasks_.size() > waiting) {
      if (running_) {
        mutex_.Await(absl::Condition(this, &State::IsIdle));
      } else {
        RunFirst();
        // The turn of what still waits may have come while that ran.
        if (!tasks_.empty()) QueueTurn();
      }
    }
    if (idle) mutex_.Await(absl::Condition(this, &State::IsIdle));
    return error_;
  }

  void RunFirst() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    std::function<absl::Status()> task = std::move(tasks_.front());
    tasks_.pop_front();
    running_ = true;
    mutex_.Unlock();
    absl::Status status = task();
    task = nullptr;  // What it holds goes before anyone is told that it is done.
    mutex_.Lock();
    running_ = false;
    if (status.ok()) return;
    if (error_.ok()) error_ = std::move(status);
    tasks_.clear();
  }

  WorkPool* const pool_;
  const size_t max_waiting_;
  absl::Mutex mutex_;
  std::deque<std::function<absl::Status()>> tasks_ ABSL_GUARDED_BY(mutex_);
  bool running_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status error_ ABSL_GUARDED_BY(mutex_);
};

Lane::Lane(WorkPool* pool, size_t max_waiting)
    : state_(std::make_shared<State>(pool, max_waiting)) {}
Lane::~Lane() { state_->Close(); }

absl::Status Lane::Run(std::function<absl::Status()> task) { return state_->Run(std::move(task)); }
absl::Status Lane::Drain() { return state_->Drain(); }

}  // namespace serin
