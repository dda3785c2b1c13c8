#ifndef SERIN_CORE_BASE_RANDOM_BITS_H_
#define SERIN_CORE_BASE_RANDOM_BITS_H_

#include <cstdint>

namespace serin {

// The finaliser of SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number
// Generators", OOPSLA 2014): a bijection in which every input bit reaches every output bit.
constexpr uint64_t MixBits(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// SplitMix64: as many numbers as a decision needs, from the one random number of a call. The same
// seed gives the same numbers everywhere.
class RandomBits {
 public:
  explicit constexpr RandomBits(uint64_t seed) : state_(seed) {}

  constexpr uint64_t Next() { return MixBits(state_ += 0x9e3779b97f4a7c15u); }

  // Of 0 to count - 1; count is below 2^32 and not 0.
  constexpr uint32_t Below(uint32_t count) {
    return static_cast<uint32_t>(((Next() >> 32) * count) >> 32);
  }

  // In [0, 1).
  constexpr double Unit() { return static_cast<double>(Next() >> 11) * 0x1p-53; }

 private:
  uint64_t state_;
};

}  // namespace serin

#endif  // SERIN_CORE_BASE_RANDOM_BITS_H_
