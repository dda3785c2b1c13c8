#ifndef SERIN_CORE_BASE_PERFECT_HASH_H_
#define SERIN_CORE_BASE_PERFECT_HASH_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/base/memory_bytes.h"

namespace serin {

// A fixed set of names, found by one hash and one comparison: each has a place of its own, whatever
// it collides with. Names are hashed into buckets, and each bucket, the largest first, has a
// displacement that takes all its names to free places ("Hash, displace, and compress",
// Belazzougui, Botelho and Dietzfelbinger, ESA 2009, without the compression). Immutable,
// thread-safe.
class PerfectHash {
 public:
  // The names differ from one another.
  explicit PerfectHash(std::vector<std::string> names);

  // The index of a name, none for one that is not in the set.
  std::optional<size_t> Find(absl::string_view name) const {
    const Hash hash = HashOf(name);
    const std::optional<uint32_t>& index = places_[PlaceOf(hash, displacements_[BucketOf(hash)])];
    if (!index || names_[*index] != name) return std::nullopt;
    return *index;
  }

  size_t heap_bytes() const {
    return HeapBytes(names_) + HeapBytes(displacements_) + HeapBytes(places_);
  }

 private:
  struct Hash {
    uint64_t bucket;
    uint64_t place;
  };

  Hash HashOf(absl::string_view name) const;
  size_t BucketOf(const Hash& hash) const { return hash.bucket & (displacements_.size() - 1); }
  size_t PlaceOf(const Hash& hash, uint32_t displacement) const {
    return (hash.place + displacement * (hash.bucket >> 32 | 1)) & (places_.size() - 1);
  }
  // False if a bucket finds no displacement with this seed.
  bool Build();
  bool Place(const std::vector<uint32_t>& bucket);

  const std::vector<std::string> names_;
  uint64_t seed_ = 0;
  std::vector<uint32_t> displacements_;          // By bucket; a power of two.
  std::vector<std::optional<uint32_t>> places_;  // A power of two, at least twice the names.
};

}  // namespace serin

#endif  // SERIN_CORE_BASE_PERFECT_HASH_H_
