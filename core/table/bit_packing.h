#ifndef SERIN_CORE_TABLE_BIT_PACKING_H_
#define SERIN_CORE_TABLE_BIT_PACKING_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

// Whole numbers in as many bits each as the largest needs: value i is bits [i * bits, (i + 1) *
// bits) of the bytes, the lowest bit of a byte being its first.

namespace serin {

// The most bits that a value may have: at any bit of a byte it begins in, an unaligned word of 64
// bits holds all of it.
inline constexpr int kMaxPackedBits = 56;

// The bytes that `count` values of `bits` each take.
inline size_t PackedBytes(size_t count, int bits) {
  return (count * static_cast<size_t>(bits) + 7) / 8;
}

// Appends the values, each less than 2^bits, to `out`. `bits` from 0 to kMaxPackedBits.
void PackBits(absl::Span<const uint64_t> values, int bits, std::string& out);

// Fills `out` from exactly PackedBytes(out.size(), bits) bytes.
void UnpackBits(absl::string_view packed, int bits, absl::Span<uint64_t> out);

}  // namespace serin

#endif  // SERIN_CORE_TABLE_BIT_PACKING_H_
