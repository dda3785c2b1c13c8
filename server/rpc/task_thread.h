#ifndef SERIN_SERVER_RPC_TASK_THREAD_H_
#define SERIN_SERVER_RPC_TASK_THREAD_H_

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace serin {

// A thread, or several, for work too long for grpc's callback threads, of which a small machine has
// two for all calls of the process. Begins tasks in order; one thread runs them one after the
// other. Thread-safe.
class TaskThread {
 public:
  explicit TaskThread(int threads = 1);

  // Runs what was posted before, then ends.
  ~TaskThread();

  void Post(std::function<void()> task) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Loop();
  // The next task, waiting for one; empty when there will be none.
  std::function<void()> Next() ABSL_LOCKS_EXCLUDED(mutex_);

  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<std::function<void()>> tasks_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

}  // namespace serin

#endif  // SERIN_SERVER_RPC_TASK_THREAD_H_
