#ifndef SERIN_CORE_BASE_RANDOM_H_
#define SERIN_CORE_BASE_RANDOM_H_

#include <cstdint>
#include <random>

namespace serin {

// The standard fixes what std::mt19937_64 draws, but not what its distributions and std::shuffle
// make of it; hence our own, which draw the same on every platform.
using Random = std::mt19937_64;

// Uniform in [0, bound), without bias: draws beyond the last whole multiple are repeated. `bound`
// is at least 1.
inline uint64_t UniformBelow(uint64_t bound, Random& random) {
  const uint64_t limit = Random::max() - Random::max() % bound;
  uint64_t draw = random();
  while (draw >= limit) draw = random();
  return draw % bound;
}

}  // namespace serin

#endif  // SERIN_CORE_BASE_RANDOM_H_
