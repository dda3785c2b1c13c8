#ifndef SERIN_CORE_PROFILE_FREQUENT_VALUES_H_
#define SERIN_CORE_PROFILE_FREQUENT_VALUES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "serin/internal/v1/profile_record.pb.h"

namespace serin {

// Values and how often each occurs: all of them, exactly, while there are at most `capacity`
// different ones; then the frequent ones, with a bound on the error of their counts.
//
// Misra and Gries, "Finding repeated elements" (1982), which merges without loss (Agarwal et al.,
// "Mergeable summaries", 2012), in the form of Anderson et al., "A high-performance algorithm for
// identifying frequent items in data streams" (2017): when the table is full, the median of the
// counts is taken off all of them, which frees half of it for constant time per value added. Where
// n values were added, the error is at most 2 n / kCounters (or / capacity, where that is less).
//
// A hash table with linear probing, at most half full. Hashes tell values apart.
template <typename Value>
class FrequentValues {
 public:
  // At most this many values are counted once not all are.
  static constexpr size_t kCounters = 1024;

  // `capacity` is a power of two, at least 16.
  explicit FrequentValues(size_t capacity) : capacity_(capacity) { Resize(kSmallest); }

  // False, and nothing is added, where the value is new and there is no room. It is then for the
  // caller to Shrink().
  template <typename Source>
  bool Add(uint64_t hash, Source&& value, int64_t count) {
    const size_t slot = Find(hash);
    if (entries_[slot].count == 0) {
      return Insert(slot, {hash, count}, std::forward<Source>(value));
    }
    entries_[slot].count += count;
    return true;
  }

  // Makes room for at least half of `capacity` or kCounters, at the cost of exactness.
  void Shrink() {
    capacity_ = std::min(capacity_, kCounters);
    const int64_t taken = CountToTake();
    error_ += taken;
    std::vector<Entry> entries = std::move(entries_);
    std::vector<Value> values = std::move(values_);
    Resize(2 * capacity_);
    for (size_t slot = 0; slot < entries.size(); ++slot) {
      const Entry& entry = entries[slot];
      if (entry.count > taken) Add(entry.hash, std::move(values[slot]), entry.count - taken);
    }
  }

  // What other values, that were counted elsewhere, bring with them.
  void AddError(int64_t error) { error_ += error; }

  // Each count is too low by at most this, and what is not there occurs at most this often. 0: all
  // values are there.
  int64_t error() const { return error_; }
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

  // The least that leaves at most half of the capacity.
  int64_t CountToTake() const {
    std::vector<int64_t> counts;
    counts.reserve(size_);
    for (const Entry& entry : entries_) {
      if (entry.count > 0) counts.push_back(entry.count);
    }
    const size_t left = capacity_ / 2;
    if (counts.size() <= left) return 0;
    // Often most values are rare; then there is no need to order them.
    const int64_t least = *std::min_element(counts.begin(), counts.end());
    const auto rare = static_cast<size_t>(std::count(counts.begin(), counts.end(), least));
    if (counts.size() - rare <= left) return least;
    const auto cut = counts.begin() + static_cast<ptrdiff_t>(left);
    std::nth_element(counts.begin(), cut, counts.end(), std::greater<>());
    return *cut;
  }

  size_t capacity_;
  size_t size_ = 0;
  int64_t error_ = 0;
  std::vector<Entry> entries_;
  std::vector<Value> values_;  // By slot.
};

// Whether a table can be made of the record: a positive count for each key.
inline bool IsSound(const internal::v1::FrequentValuesRecord& record) {
  return record.keys_size() == record.counts_size() && record.error() >= 0 &&
         std::all_of(record.counts().begin(), record.counts().end(),
                     [](int64_t count) { return count > 0; });
}

}  // namespace serin

#endif  // SERIN_CORE_PROFILE_FREQUENT_VALUES_H_
