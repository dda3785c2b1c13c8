#ifndef SERIN_SERVER_HTTP_TIMER_QUEUE_H_
#define SERIN_SERVER_HTTP_TIMER_QUEUE_H_

#include <cstddef>
#include <limits>
#include <vector>

#include "absl/time/time.h"

namespace serin {

// What is due when. A binary heap whose entries know their places, so that an entry is put in or
// taken out in the logarithm of their number, without an allocation of its own. Most timers are
// taken out before they are due.
class TimerQueue {
 public:
  class Entry {
   public:
    bool queued() const { return place_ != kNowhere; }

   private:
    friend class TimerQueue;
    static constexpr size_t kNowhere = std::numeric_limits<size_t>::max();
    size_t place_ = kNowhere;
  };

  // `entry` outlives its stay, and is not in a queue.
  void Insert(Entry* entry, absl::Time due);
  void Remove(Entry* entry);

  bool empty() const { return heap_.empty(); }
  size_t size() const { return heap_.size(); }
  absl::Time next() const { return empty() ? absl::InfiniteFuture() : heap_.front().due; }

  // Takes out the first that is due, or returns null.
  Entry* PopDue(absl::Time now);

 private:
  struct Item {
    absl::Time due;
    Entry* entry;
  };

  // Puts an item where it belongs, starting from a place that is free.
  void SiftUp(size_t place, Item item);
  void SiftDown(size_t place, Item item);
  void Put(size_t place, Item item);

  std::vector<Item> heap_;  // Each is due no later than those at 2i+1 and 2i+2.
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_TIMER_QUEUE_H_
