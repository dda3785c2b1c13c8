#ifndef SERIN_CORE_PROFILE_VALUE_COUNTS_H_
#define SERIN_CORE_PROFILE_VALUE_COUNTS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "serin/internal/v1/profile_record.pb.h"

namespace serin {

// How often each of at most `capacity` different values occurs: a hash table with linear probing,
// at most half full. Hashes tell values apart.
template <typename Value>
class ValueCounts {
 public:
  explicit ValueCounts(size_t capacity) : capacity_(capacity) { Resize(kSmallest); }

  // False, and nothing is added, where the value is new and there is no room.
  template <typename Source>
  bool Add(uint64_t hash, Source&& value, int64_t count) {
    const size_t slot = Find(hash);
    if (entries_[slot].count == 0) {
      return Insert(slot, {hash, count}, std::forward<Source>(value));
    }
    entries_[slot].count += count;
    return true;
  }

  size_t size() const { return size_; }

  // Calls visit(hash, value, count) for each, in no order.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (size_t slot = 0; slot < entries_.size(); ++slot) {
      const Entry& entry = entries_[slot];
      if (entry.count > 0) visit(entry.hash, values_[slot], entry.count);
    }
  }

 private:
  static constexpr size_t kSmallest = 16;

  struct Entry {
    uint64_t hash = 0;
    int64_t count = 0;  // 0: the slot is free.
  };

  size_t Find(uint64_t hash) const {
    const size_t mask = entries_.size() - 1;
    size_t slot = hash & mask;
    while (entries_[slot].count != 0 && entries_[slot].hash != hash) slot = (slot + 1) & mask;
    return slot;
  }

  template <typename Source>
  bool Insert(size_t slot, Entry entry, Source&& value) {
    if (size_ >= capacity_) return false;
    if (2 * (size_ + 1) > entries_.size()) {
      Grow();
      slot = Find(entry.hash);
    }
    entries_[slot] = entry;
    values_[slot] = Value(std::forward<Source>(value));
    ++size_;
    return true;
  }

  void Grow() {
    std::vector<Entry> entries = std::move(entries_);
    std::vector<Value> values = std::move(values_);
    Resize(2 * entries.size());
    size_ = 0;
    for (size_t slot = 0; slot < entries.size(); ++slot) {
      if (entries[slot].count == 0) continue;
      const size_t to = Find(entries[slot].hash);
      entries_[to] = entries[slot];
      values_[to] = std::move(values[slot]);
      ++size_;
    }
  }

  // Of an empty table.
  void Resize(size_t slots) {
    entries_.assign(slots, Entry());
    values_.assign(slots, Value());
    size_ = 0;
  }

  size_t capacity_;
  size_t size_ = 0;
  std::vector<Entry> entries_;
  std::vector<Value> values_;  // By slot.
};

// Whether counts can be read from the record: a positive one for each key.
inline bool IsSound(const internal::v1::ValueCountsRecord& record) {
  return record.keys_size() == record.counts_size() &&
         std::all_of(record.counts().begin(), record.counts().end(),
                     [](int64_t count) { return count > 0; });
}

}  // namespace serin

#endif  // SERIN_CORE_PROFILE_VALUE_COUNTS_H_
