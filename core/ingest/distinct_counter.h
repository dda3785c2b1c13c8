#ifndef SERIN_CORE_INGEST_DISTINCT_COUNTER_H_
#define SERIN_CORE_INGEST_DISTINCT_COUNTER_H_

#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"

namespace serin {

// Counts different strings up to a limit, by their 64-bit hashes; beyond it, it frees what it
// holds. Memory: at most about 20 bytes times the limit.
class DistinctCounter {
 public:
  explicit DistinctCounter(size_t limit) : limit_(limit) {}

  void Add(absl::string_view text) {
    if (over_limit_) return;
    hashes_.insert(absl::HashOf(text));
    if (hashes_.size() <= limit_) return;
    over_limit_ = true;
    hashes_ = {};
  }

  bool over_limit() const { return over_limit_; }
  // Up to the limit.
  size_t count() const { return over_limit_ ? limit_ : hashes_.size(); }

 private:
  const size_t limit_;
  absl::flat_hash_set<uint64_t> hashes_;
  bool over_limit_ = false;
};

}  // namespace serin

#endif  // SERIN_CORE_INGEST_DISTINCT_COUNTER_H_
