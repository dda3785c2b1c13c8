#include "server/http/timer_queue.h"

namespace serin {

void TimerQueue::Insert(Entry* entry, absl::Time due) {
  heap_.emplace_back();
  SiftUp(heap_.size() - 1, {due, entry});
}

void TimerQueue::Remove(Entry* entry) {
  const size_t place = entry->place_;
  entry->place_ = Entry::kNowhere;
  const Item last = heap_.back();
  heap_.pop_back();
  if (place == heap_.size()) return;
  if (place > 0 && last.due < heap_[(place - 1) / 2].due) {
    SiftUp(place, last);
  } else {
    SiftDown(place, last);
  }
}

TimerQueue::Entry* TimerQueue::PopDue(absl::Time now) {
  if (empty() || heap_.front().due > now) return nullptr;
  Entry* const entry = heap_.front().entry;
  Remove(entry);
  return entry;
}

void TimerQueue::SiftUp(size_t place, Item item) {
  while (place > 0) {
    const size_t parent = (place - 1) / 2;
    if (heap_[parent].due <= item.due) break;
    Put(place, heap_[parent]);
    place = parent;
  }
  Put(place, item);
}

void TimerQueue::SiftDown(size_t place, Item item) {
  for (size_t child = 2 * place + 1; child < heap_.size(); child = 2 * place + 1) {
    if (child + 1 < heap_.size() && heap_[child + 1].due < heap_[child].due) ++child;
    if (item.due <= heap_[child].due) break;
    Put(place, heap_[child]);
    place = child;
  }
  Put(place, item);
}

void TimerQueue::Put(size_t place, Item item) {
  heap_[place] = item;
  item.entry->place_ = place;
}

}  // namespace serin
