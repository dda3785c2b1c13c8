#ifndef SERIN_CORE_TABLE_DECIMAL_CODEC_H_
#define SERIN_CORE_TABLE_DECIMAL_CODEC_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"

// Most numbers in files are decimals of a few digits: 5.1 is 51 / 10, and the quotient of the two
// doubles is exactly the double that 5.1 was read as. Columns of such numbers are stored as
// integers. After Afroozeh, Kuffo and Boncz, ALP: Adaptive Lossless floating-Point compression
// (2023), without exceptions.

namespace serin {

// Numbers as integers / 10^digits.
struct Decimals {
  uint8_t digits = 0;
  std::vector<int64_t> integers;
};

inline constexpr uint8_t kMaxDecimalDigits = 15;

// The same doubles, bit by bit, as decimals of the fewest digits that all of them have; none where
// one of them is no such number (of more digits, larger than 2^50 by then, negative zero, NaN).
std::optional<Decimals> ToDecimals(absl::Span<const double> numbers);

// The doubles again: `numbers` has the size of `integers`. `digits` is at most kMaxDecimalDigits.
void FromDecimals(absl::Span<const int64_t> integers, uint8_t digits, absl::Span<double> numbers);

}  // namespace serin

#endif  // SERIN_CORE_TABLE_DECIMAL_CODEC_H_
