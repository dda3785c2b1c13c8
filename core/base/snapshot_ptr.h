#ifndef SERIN_CORE_BASE_SNAPSHOT_PTR_H_
#define SERIN_CORE_BASE_SNAPSHOT_PTR_H_

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace serin {

// The current one of a series of immutable snapshots. A reader takes it and keeps it as long as it
// likes, whatever is published meanwhile. Writers pay: there are several places with the snapshot,
// each with a lock and a count of holders of its own, and a thread reads from one of them, so that
// readers hardly ever meet (after ReadPtrHolder in tensorflow/serving's fast_read_dynamic_ptr.h).
// A thread that has seen a snapshot never sees one from before it. Thread-safe.
template <typename T>
class SnapshotPtr {
 public:
  explicit SnapshotPtr(const std::shared_ptr<const T>& initial) { Set(initial); }

  std::shared_ptr<const T> Get() const {
    const Place& place =
        places_[std::hash<std::thread::id>()(std::this_thread::get_id()) % kPlaces];
    absl::MutexLock lock(&place.mutex);
    return place.current;
  }

  // The one replaced is destroyed outside the locks that readers take, by whoever drops it last.
  void Set(const std::shared_ptr<const T>& next) ABSL_LOCKS_EXCLUDED(set_mutex_) {
    absl::MutexLock setting(&set_mutex_);
    for (Place& place : places_) {
      auto holder = std::make_shared<const std::shared_ptr<const T>>(next);
      std::shared_ptr<const T> current(std::move(holder), next.get());
      absl::MutexLock lock(&place.mutex);  // Below `current`, so that it is free first.
      place.current.swap(current);
    }
  }

 private:
  static constexpr size_t kPlaces = 8;

  struct alignas(64) Place {
    mutable absl::Mutex mutex;
    std::shared_ptr<const T> current ABSL_GUARDED_BY(mutex);
  };

  absl::Mutex set_mutex_;  // Held while the places disagree.
  std::array<Place, kPlaces> places_;
};

}  // namespace serin

#endif  // SERIN_CORE_BASE_SNAPSHOT_PTR_H_
