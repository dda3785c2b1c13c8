#ifndef SERIN_CORE_STORAGE_SNAPSHOT_BOOK_H_
#define SERIN_CORE_STORAGE_SNAPSHOT_BOOK_H_

#include <cstdint>
#include <set>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace serin {

// Numbers snapshots in the order in which they are taken, from 0, and knows which of them are held.
// Thread-safe.
class SnapshotBook {
 public:
  uint64_t Take() ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    held_.insert(taken_);
    return taken_++;
  }
  void Release(uint64_t number) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    held_.erase(number);
  }

  // How many were taken so far.
  uint64_t taken() const ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    return taken_;
  }
  // How many of the first that were taken are held no more: the number of the oldest that is held.
  uint64_t released() const ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    return held_.empty() ? taken_ : *held_.begin();
  }

 private:
  mutable absl::Mutex mutex_;
  uint64_t taken_ ABSL_GUARDED_BY(mutex_) = 0;
  std::set<uint64_t> held_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_CORE_STORAGE_SNAPSHOT_BOOK_H_
