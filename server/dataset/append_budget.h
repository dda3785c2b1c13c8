#ifndef SERIN_SERVER_DATASET_APPEND_BUDGET_H_
#define SERIN_SERVER_DATASET_APPEND_BUDGET_H_

#include <cstddef>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace serin {

// What all appends that are under way hold in memory together: a call holds its rows until the last
// of them has come. Thread-safe.
class AppendBudget {
 public:
  explicit AppendBudget(size_t max_bytes) : max_bytes_(max_bytes) {}

  // False, and nothing is taken, where that is more than is left.
  bool Take(size_t bytes) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    if (bytes > max_bytes_ - held_) return false;
    held_ += bytes;
    return true;
  }
  void Give(size_t bytes) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    held_ -= bytes;
  }

 private:
  const size_t max_bytes_;
  absl::Mutex mutex_;
  size_t held_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_DATASET_APPEND_BUDGET_H_
