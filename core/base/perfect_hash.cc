#include "core/base/perfect_hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <bit>
#include <utility>

namespace serin {
namespace {

constexpr size_t kNamesPerBucket = 2;
// After so many a new seed is tried.
constexpr uint32_t kMaxDisplacement = 1 << 16;

}  // namespace

PerfectHash::PerfectHash(std::vector<std::string> names) : names_(std::move(names)) {
  while (!Build()) ++seed_;
}

PerfectHash::Hash PerfectHash::HashOf(absl::string_view name) const {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(name.data(), name.size(), seed_);
  return {hash.low64, hash.high64};
}

bool PerfectHash::Build() {
  displacements_.assign(std::bit_ceil(names_.size() / kNamesPerBucket + 1), 0);
  places_.assign(std::bit_ceil(2 * names_.size() + 1), std::nullopt);
  std::vector<std::vector<uint32_t>> buckets(displacements_.size());
  for (size_t i = 0; i < names_.size(); ++i) {
    buckets[BucketOf(HashOf(names_[i]))].push_back(static_cast<uint32_t>(i));
  }
  std::stable_sort(buckets.begin(), buckets.end(),
                   [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return std::all_of(buckets.begin(), buckets.end(),
                     [this](const auto& bucket) { return Place(bucket); });
}

bool PerfectHash::Place(const std::vector<uint32_t>& bucket) {
  if (bucket.empty()) return true;
  for (uint32_t displacement = 0; displacement < kMaxDisplacement; ++displacement) {
    size_t placed = 0;
    for (; placed < bucket.size(); ++placed) {
      auto& place = places_[PlaceOf(HashOf(names_[bucket[placed]]), displacement)];
      if (place) break;
      place = bucket[placed];
    }
    if (placed == bucket.size()) {
      displacements_[BucketOf(HashOf(names_[bucket[0]]))] = displacement;
      return true;
    }
    while (placed-- > 0) places_[PlaceOf(HashOf(names_[bucket[placed]]), displacement)].reset();
  }
  return false;
}

}  // namespace serin
