#ifndef SERIN_CORE_QUERY_TIMESTAMP_TEXT_H_
#define SERIN_CORE_QUERY_TIMESTAMP_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

// Timestamps as SQL sees them: text in the form of SQLite's date functions,
// `YYYY-MM-DD HH:MM:SS[.ffffff]`, which sorts as time does from the year 0 to 9999.

namespace serin {

// Microseconds since 1970 of seconds since 1970.
int64_t MicrosOf(double seconds);

std::string TimestampText(int64_t micros);

// The seconds whose text this is; nothing for any other text.
std::optional<double> ParseTimestampText(absl::string_view text);

// Microseconds of the years 0 to 9999, where texts sort as time does: [kFirst, kEnd).
inline constexpr int64_t kFirstSortedMicros = int64_t{-62'167'219'200} * 1'000'000;
inline constexpr int64_t kEndOfSortedMicros = int64_t{253'402'300'800} * 1'000'000;

// The first microsecond in [kFirst, kEnd] whose text is not less than `text`, or, where `after`,
// is greater.
int64_t FirstMicros(absl::string_view text, bool after);

}  // namespace serin

#endif  // SERIN_CORE_QUERY_TIMESTAMP_TEXT_H_
