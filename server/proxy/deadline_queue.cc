#include "server/proxy/deadline_queue.h"

namespace serin {

DeadlineQueue::DeadlineQueue(EventLoop* loop)
    : loop_(loop), timer_(loop->MakeTimer([this] { OnTimer(); })) {}

void DeadlineQueue::Add(Entry* entry, absl::Time at) {
  Remove(entry);
  entry->at_ = at;
  heap_.push_back(entry);
  Put(heap_.size() - 1, entry);
  MoveUp(heap_.size() - 1);
  Arm();
}

void DeadlineQueue::Remove(Entry* entry) {
  const size_t place = entry->place_;
  if (place == Entry::kNowhere) return;
  entry->place_ = Entry::kNowhere;
  Entry* const last = heap_.back();
  heap_.pop_back();
  if (last == entry) return;
  Put(place, last);
  MoveUp(place);
  MoveDown(last->place_);
}

void DeadlineQueue::Put(size_t place, Entry* entry) {
  heap_[place] = entry;
  entry->place_ = place;
}

void DeadlineQueue::MoveUp(size_t place) {
  Entry* const entry = heap_[place];
  while (place > 0) {
    const size_t parent = (place - 1) / 2;
    if (heap_[parent]->at_ <= entry->at_) break;
    Put(place, heap_[parent]);
    place = parent;
  }
  Put(place, entry);
}

void DeadlineQueue::MoveDown(size_t place) {
  Entry* const entry = heap_[place];
  while (true) {
    size_t child = 2 * place + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1]->at_ < heap_[child]->at_) ++child;
    if (entry->at_ <= heap_[child]->at_) break;
    Put(place, heap_[child]);
    place = child;
  }
  Put(place, entry);
}

void DeadlineQueue::OnTimer() {
  armed_for_ = absl::InfiniteFuture();
  const absl::Time now = loop_->Now();
  while (!heap_.empty() && heap_.front()->at_ <= now) {
    Entry* const due = heap_.front();
    Remove(due);
    due->OnDeadline();
  }
  Arm();
}

void DeadlineQueue::Arm() {
  if (heap_.empty() || heap_.front()->at_ >= armed_for_) return;
  armed_for_ = heap_.front()->at_;
  timer_->Arm(armed_for_ - loop_->Now());
}

}  // namespace serin
