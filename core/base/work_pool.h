#ifndef SERIN_CORE_BASE_WORK_POOL_H_
#define SERIN_CORE_BASE_WORK_POOL_H_

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace serin {

// Threads for work that takes long, so that those that serve many callers (gRPC's own, event loops)
// stay free for short calls. Tasks begin in the order in which they were given. The queue has no
// bound of its own: whoever gives tasks gives one at a time for each stream or call. Thread-safe.
class WorkPool {
 public:
  explicit WorkPool(int threads);
  // Runs what was given, then ends.
  ~WorkPool();

  void Run(std::function<void()> task) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Work() ABSL_LOCKS_EXCLUDED(mutex_);
  bool HasWorkOrEnds() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return !tasks_.empty() || ends_; }

  absl::Mutex mutex_;
  std::deque<std::function<void()>> tasks_ ABSL_GUARDED_BY(mutex_);
  bool ends_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;  // Constant after construction.
};

}  // namespace serin

#endif  // SERIN_CORE_BASE_WORK_POOL_H_
