#include "core/table/decimal_codec.h"

#include <algorithm>
#include <array>

#include "absl/base/casts.h"

namespace serin {
namespace {

constexpr std::array<double, kMaxDecimalDigits + 1> kPowers = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};

// Added to a double of less than 2^51, it leaves the nearest integer in the lowest bits: rounding
// and conversion in one operation, which compilers vectorise.
constexpr double kShift = 0x1.8p52;
constexpr double kLargest = 0x1p50;

// False, with `integer` unspecified, where the number is no decimal of so many digits.
inline bool Convert(double number, double power, int64_t* integer) {
  const double scaled = number * power;
  *integer = static_cast<int64_t>(absl::bit_cast<uint64_t>(scaled + kShift) -
                                  absl::bit_cast<uint64_t>(kShift));
  const double back = static_cast<double>(*integer) / power;
  return absl::bit_cast<int64_t>(back) == absl::bit_cast<int64_t>(number) && scaled < kLargest &&
         scaled > -kLargest;
}

// The number of the first of `numbers` that is no decimal of so many digits; their count where all
// are.
size_t ConvertAll(absl::Span<const double> numbers, double power, std::vector<int64_t>& integers) {
  constexpr size_t kRun = 256;
  for (size_t begin = 0; begin < numbers.size(); begin += kRun) {
    const size_t end = std::min(begin + kRun, numbers.size());
    bool all = true;
    for (size_t i = begin; i < end; ++i) all &= Convert(numbers[i], power, &integers[i]);
    if (all) continue;
    for (size_t i = begin; i < end; ++i) {
      if (!Convert(numbers[i], power, &integers[i])) return i;
    }
  }
  return numbers.size();
}

}  // namespace

std::optional<Decimals> ToDecimals(absl::Span<const double> numbers) {
  Decimals decimals;
  decimals.integers.resize(numbers.size());
  for (; decimals.digits <= kMaxDecimalDigits; ++decimals.digits) {
    const size_t next = ConvertAll(numbers, kPowers[decimals.digits], decimals.integers);
    if (next == numbers.size()) return decimals;
    // The next try has the digits that the number at fault needs, or there is none.
    int64_t integer;
    while (decimals.digits < kMaxDecimalDigits &&
           !Convert(numbers[next], kPowers[decimals.digits + 1], &integer)) {
      ++decimals.digits;
    }
  }
  return std::nullopt;
}

void FromDecimals(absl::Span<const int64_t> integers, uint8_t digits, absl::Span<double> numbers) {
  const double power = kPowers[digits];
  for (size_t i = 0; i < numbers.size(); ++i) {
    numbers[i] = static_cast<double>(integers[i]) / power;
  }
}

}  // namespace serin
