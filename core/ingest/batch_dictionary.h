#ifndef SERIN_CORE_INGEST_BATCH_DICTIONARY_H_
#define SERIN_CORE_INGEST_BATCH_DICTIONARY_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace serin {

// The different strings of a column of one batch, in the order in which they first appear. Open
// addressing with linear probing, at most half full; a slot has the hash, so that strings are
// compared where they are equal, almost always.
class BatchDictionary {
 public:
  BatchDictionary() { Rehash(kFirstSlots); }

  // The code of `text`, which is added where it is new.
  int32_t Intern(absl::string_view text) {
    const uint64_t hash = absl::HashOf(text);
    for (size_t at = hash & mask_;; at = (at + 1) & mask_) {
      const Slot slot = slots_[at];
      if (slot.code < 0) return Add(text, hash, at);
      if (slot.hash == hash && strings_[slot.code] == text) return slot.code;
    }
  }

  size_t size() const { return strings_.size(); }
  // Of the strings, in bytes.
  size_t text_bytes() const { return text_bytes_; }
  const std::vector<std::string>& strings() const { return strings_; }

  // Forgets all but the first `size` strings.
  void Truncate(size_t size) {
    for (size_t code = size; code < strings_.size(); ++code) text_bytes_ -= strings_[code].size();
    strings_.resize(size);
    Rehash(slots_.size());
  }

  // The strings; none are left.
  std::vector<std::string> Release() {
    std::vector<std::string> strings = std::exchange(strings_, {});
    text_bytes_ = 0;
    Rehash(kFirstSlots);
    return strings;
  }

 private:
  struct Slot {
    uint64_t hash = 0;
    int32_t code = -1;  // Negative: free.
  };
  static constexpr size_t kFirstSlots = 16;

  int32_t Add(absl::string_view text, uint64_t hash, size_t slot) {
    const auto code = static_cast<int32_t>(strings_.size());
    strings_.emplace_back(text);
    text_bytes_ += text.size();
    slots_[slot] = {hash, code};
    if (2 * strings_.size() > slots_.size()) Rehash(2 * slots_.size());
    return code;
  }

  void Rehash(size_t slots) {
    slots_.assign(slots, Slot());
    mask_ = slots - 1;
    for (size_t code = 0; code < strings_.size(); ++code) {
      const uint64_t hash = absl::HashOf(absl::string_view(strings_[code]));
      size_t at = hash & mask_;
      while (slots_[at].code >= 0) at = (at + 1) & mask_;
      slots_[at] = {hash, static_cast<int32_t>(code)};
    }
  }

  std::vector<std::string> strings_;
  std::vector<Slot> slots_;
  size_t mask_ = 0;
  size_t text_bytes_ = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_INGEST_BATCH_DICTIONARY_H_
