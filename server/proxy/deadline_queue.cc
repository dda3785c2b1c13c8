#include "server/proxy/deadline_queue.h"

namespace serin {

DeadlineQueue::DeadlineQueue(EventLoop* loop)
    : loop_(loop), timer_(loop->MakeTimer([this] { OnTimer(); })) {}

void DeadlineQueue::Add(Entry* entry, absl::Time at) {
  Remove(entry);
  entries_.Insert(entry, at);
  Arm();
}

void DeadlineQueue::Remove(Entry* entry) {
  if (entry->queued()) entries_.Remove(entry);
}

void DeadlineQueue::OnTimer() {
  armed_for_ = absl::InfiniteFuture();
  const absl::Time now = loop_->Now();
  while (TimerQueue::Entry* const due = entries_.PopDue(now)) {
    static_cast<Entry*>(due)->OnDeadline();
  }
  Arm();
}

void DeadlineQueue::Arm() {
  if (entries_.next() >= armed_for_) return;
  armed_for_ = entries_.next();
  timer_->Arm(armed_for_ - loop_->Now());
}

}  // namespace serin
