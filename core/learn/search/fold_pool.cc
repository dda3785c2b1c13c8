#include "core/learn/search/fold_pool.h"

#include <algorithm>
#include <atomic>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"

namespace serin {
namespace {

// The folds of one trial.
class Folds {
 public:
  Folds(size_t count, const FoldPool::GoOn& go_on, FoldPool::Work work)
      : go_on_(go_on), work_(work), statuses_(count), first_failed_(count) {}

  // Works on folds until none is left. For several threads at once.
  void Run() {
    for (size_t fold = next_++; fold < statuses_.size(); fold = next_++) {
      if (!GoOn(fold)) {
        statuses_[fold] = absl::CancelledError("broken off");
      } else {
        statuses_[fold] = work_(fold, [this, fold] { return GoOn(fold); });
      }
      if (!statuses_[fold].ok()) LowerFirstFailed(fold);
    }
  }

  // Once all threads are through.
  absl::Status FirstError() const {
    return first_failed_ == statuses_.size() ? absl::OkStatus() : statuses_[first_failed_];
  }

 private:
  // A thread that finds another one asking goes by the answer before.
  bool GoOn(size_t fold) {
    if (fold > first_failed_) return false;
    if (asking_.TryLock()) {
      if (!stopped_) stopped_ = !go_on_();
      asking_.Unlock();
    }
    return !stopped_;
  }

  void LowerFirstFailed(size_t fold) {
    size_t before = first_failed_;
    while (fold < before && !first_failed_.compare_exchange_weak(before, fold)) {
    }
  }

  const FoldPool::GoOn& go_on_;
  const FoldPool::Work work_;
  std::vector<absl::Status> statuses_;
  std::atomic<size_t> next_ = 0;
  std::atomic<size_t> first_failed_;
  std::atomic<bool> stopped_ = false;
  absl::Mutex asking_;
};

}  // namespace

absl::Status FoldPool::ForEach(size_t count, size_t at_a_time, const GoOn& go_on, Work work) {
  Folds folds(count, go_on, work);
  const size_t threads = std::min({count, at_a_time, static_cast<size_t>(threads_)});
  const int helpers = static_cast<int>(std::max<size_t>(threads, 1)) - 1;
  absl::BlockingCounter helping(helpers);
  for (int i = 0; i < helpers; ++i) {
    others_.Run([&] {
      folds.Run();
      helping.DecrementCount();
    });
  }
  folds.Run();
  helping.Wait();
  return folds.FirstError();
}

}  // namespace serin
