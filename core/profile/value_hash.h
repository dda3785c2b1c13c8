#ifndef SERIN_CORE_PROFILE_VALUE_HASH_H_
#define SERIN_CORE_PROFILE_VALUE_HASH_H_

#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"
#include "core/base/random_bits.h"

// Hashes of values, the same in every process and on every machine: they are stored. Every bit
// depends on all of the value, which the sketches rely on. Equal values of different types that may
// follow upon each other in a column (5 and 5.0) have the same hash.

namespace serin {

inline constexpr uint64_t kMissingHash = 0x5d1ec810c3a5f3e9u;

inline uint64_t BitsOf(double value) {
  uint64_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

inline double DoubleOf(uint64_t bits) {
  double value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

// A bijection but for 0 and -0, which are the same value.
inline uint64_t HashNumber(double value) { return MixBits(BitsOf(value + 0.0) + kMissingHash); }

inline uint64_t HashNumber(int64_t value) {
  const auto number = static_cast<double>(value);
  constexpr double kBeyond = 0x1p63;
  const bool exact = number < kBeyond && static_cast<int64_t>(number) == value;
  return exact ? HashNumber(number) : MixBits(static_cast<uint64_t>(value) - kMissingHash);
}

uint64_t HashText(absl::string_view text);

}  // namespace serin

#endif  // SERIN_CORE_PROFILE_VALUE_HASH_H_
