#ifndef SERIN_CORE_TABLE_NUMBER_SCAN_H_
#define SERIN_CORE_TABLE_NUMBER_SCAN_H_

#include <cmath>
#include <cstdint>
#include <limits>

#include "absl/strings/string_view.h"
#include "fast_float/fast_float.h"

// Text to numbers, for the loops of the readers; value_parser.h has the same as functions. Inline,
// as a call costs as much as the digits do.

namespace serin {
namespace number_scan_internal {

inline unsigned DigitOf(char c) {
  return static_cast<unsigned>(static_cast<unsigned char>(c)) - '0';
}

// The powers of ten that doubles hold exactly.
inline constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
inline constexpr uint64_t kMaxExactMantissa = uint64_t{1} << 53;
inline constexpr int kMaxExactDigits = 18;  // That surely fit into 63 bits.

// All the forms, correctly rounded (Lemire, Number Parsing at a Gigabyte per Second, 2021).
inline bool ScanAnyNumber(const char* at, const char* end, double* value) {
  const auto result = fast_float::from_chars(at, end, *value);
  return result.ec == std::errc() && result.ptr == end && std::isfinite(*value);
}

}  // namespace number_scan_internal

// An optional sign and 1 to 18 digits, or 19 that still fit in 64 bits; not kMissingInteger.
inline bool ScanInteger(absl::string_view text, int64_t* value) {
  using namespace number_scan_internal;
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool negative = at != end && *at == '-';
  if (at != end && (*at == '-' || *at == '+')) ++at;
  const auto digits = end - at;
  if (digits < 1 || digits > kMaxExactDigits + 1) return false;
  uint64_t number = 0;
  for (; at != end; ++at) {
    const unsigned digit = DigitOf(*at);
    if (digit > 9) return false;
    number = number * 10 + digit;
  }
  if (number > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) return false;
  *value = negative ? -static_cast<int64_t>(number) : static_cast<int64_t>(number);
  return true;
}

// As ParseNumber (value_parser.h). Short decimals, the common ones, take Clinger's fast path (How
// to Read Floating Point Numbers Accurately, 1990): an exact mantissa and one exact power of ten.
inline bool ScanNumber(absl::string_view text, double* value) {
  using namespace number_scan_internal;
  const char* begin = text.data();
  const char* const end = begin + text.size();
  const bool negative = begin != end && *begin == '-';
  if (begin != end && (*begin == '-' || *begin == '+')) ++begin;
  const char* at = begin;
  uint64_t mantissa = 0;
  for (; at != end && DigitOf(*at) <= 9; ++at) mantissa = mantissa * 10 + DigitOf(*at);
  const auto whole = at - begin;
  std::ptrdiff_t fraction = 0;
  if (at != end && *at == '.') {
    const char* const point = at++;
    for (; at != end && DigitOf(*at) <= 9; ++at) mantissa = mantissa * 10 + DigitOf(*at);
    fraction = at - point - 1;
  }
  const auto digits = whole + fraction;
  if (digits == 0) return false;  // inf, nan, and signs of their own.
  if (at == end && digits <= kMaxExactDigits && mantissa <= kMaxExactMantissa) {
    *value = static_cast<double>(mantissa) / kPowers[fraction];
  } else if (!ScanAnyNumber(begin, end, value)) {
    return false;
  }
  if (negative) *value = -*value;
  return true;
}

}  // namespace serin

#endif  // SERIN_CORE_TABLE_NUMBER_SCAN_H_
