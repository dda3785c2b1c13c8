#ifndef SERIN_SERVER_PROXY_DEADLINE_QUEUE_H_
#define SERIN_SERVER_PROXY_DEADLINE_QUEUE_H_

#include <cstddef>
#include <memory>

#include "absl/time/time.h"
#include "server/http/event_loop.h"
#include "server/http/timer_queue.h"

namespace serin {

// The deadlines of any number of calls on one loop, by one timer. Nearly every call ends before its
// deadline, so that adding and removing have to cost little: see TimerQueue. Belongs to its loop.
class DeadlineQueue {
 public:
  // What has a deadline. Stays where it is in memory while it is in a queue.
  class Entry : public TimerQueue::Entry {
   public:
    Entry() = default;
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;

    // Called once, at or soon after the time, when the entry is out of the queue already. May add
    // and remove entries, and destroy this one.
    virtual void OnDeadline() = 0;

   protected:
    ~Entry() = default;
  };

  // `loop` outlives the queue; the entries in it when it is destroyed are not called.
  explicit DeadlineQueue(EventLoop* loop);

  // Replaces an earlier time.
  void Add(Entry* entry, absl::Time at);

  // Does nothing for one that is not there.
  void Remove(Entry* entry);

  size_t size() const { return entries_.size(); }

 private:
  void OnTimer();
  void Arm();

  EventLoop* const loop_;
  TimerQueue entries_;
  // Never later than the earliest entry. It may be earlier: removing one leaves it armed.
  absl::Time armed_for_ = absl::InfiniteFuture();
  const std::unique_ptr<Timer> timer_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_DEADLINE_QUEUE_H_
