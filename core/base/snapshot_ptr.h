#ifndef SERIN_CORE_BASE_SNAPSHOT_PTR_H_
#define SERIN_CORE_BASE_SNAPSHOT_PTR_H_

#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace serin {

// The current one of a series of immutable snapshots. A reader takes it and keeps it as long as it
// likes, whatever is published meanwhile; the lock is held only to copy a pointer. Thread-safe.
template <typename T>
class SnapshotPtr {
 public:
  explicit SnapshotPtr(std::shared_ptr<const T> initial) : current_(std::move(initial)) {}

  std::shared_ptr<const T> Get() const ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::ReaderMutexLock lock(&mutex_);
    return current_;
  }

  // The one replaced is destroyed outside the lock, by whoever drops it last.
  void Set(std::shared_ptr<const T> next) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    current_.swap(next);
  }

 private:
  mutable absl::Mutex mutex_;
  std::shared_ptr<const T> current_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_CORE_BASE_SNAPSHOT_PTR_H_
