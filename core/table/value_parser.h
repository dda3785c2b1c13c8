#ifndef SERIN_CORE_TABLE_VALUE_PARSER_H_
#define SERIN_CORE_TABLE_VALUE_PARSER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "core/table/table.h"

// Values as text: what is in files, and what people type. The one place that says how a number, a
// truth value or a timestamp is written.

namespace serin {

// Without the spaces and tabs around it, which are no part of any value.
absl::string_view TrimValue(absl::string_view text);

// True for what stands for no value: the empty string, `?`, NA, na, NaN, nan, NAN, null, Null and
// NULL. (`Na` is sodium.) Expects trimmed text, as all functions below do.
bool IsMissing(absl::string_view text);

// A finite decimal number: optional sign, digits with an optional point, optional exponent.
// Nothing for infinities, hexadecimal, digit separators, and numbers beyond the range of a double.
std::optional<double> ParseNumber(absl::string_view text);

// A whole number from -2^63 + 1 to 2^63 - 1: optional sign and digits, or a number as above that is
// whole and at most 2^53, such as 5.0.
std::optional<int64_t> ParseInteger(absl::string_view text);

// `true` or `false`, in any case.
std::optional<bool> ParseBoolean(absl::string_view text);

// Seconds since 1970-01-01T00:00:00Z of an ISO 8601 date, or date and time:
//   YYYY-MM-DD, then nothing or `T` (or a space) and HH:MM, HH:MM:SS or HH:MM:SS.fraction,
//   then nothing (UTC), `Z`, or an offset +HH:MM, +HHMM or +HH.
// The fraction has 1 to 9 digits and is rounded to microseconds. Years 0001 to 9999.
std::optional<double> ParseTimestamp(absl::string_view text);

// Seconds since 1970-01-01T00:00:00Z of a number of seconds; of milliseconds where its magnitude is
// 10^11 or more, of micro- from 10^14 and of nanoseconds from 10^17. Nothing beyond IsTimestamp.
std::optional<double> ParseEpoch(absl::string_view text);

// True for what ParseTimestamp may return: seconds of an instant in the years 0001 to 9999, or up
// to a day outside of them because of an offset.
bool IsTimestamp(double seconds);

// The shortest text that ParseNumber makes the same number of.
std::string FormatNumber(double value);

// YYYY-MM-DDTHH:MM:SS[.ffffff]Z, with as many digits of fraction as there are.
std::string FormatTimestamp(double seconds);

// A value of `numbers` of a column of this type: as a number, true or false, or a timestamp.
std::string FormatValue(v1::ColumnType type, double value);

// The value of one row as it would be written to a CSV file (before quoting); empty where missing.
std::string FormatValue(const ColumnData& column, size_t row);

}  // namespace serin

#endif  // SERIN_CORE_TABLE_VALUE_PARSER_H_
