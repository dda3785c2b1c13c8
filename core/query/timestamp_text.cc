#include "core/query/timestamp_text.h"

#include <cmath>

#include "core/table/value_parser.h"

namespace serin {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kSecondsPerDay = 86'400;

// Proleptic Gregorian, https://howardhinnant.github.io/date_algorithms.html#civil_from_days.
struct Date {
  int64_t year;
  int month;
  int day;
};

Date DateOf(int64_t days_since_1970) {
  const int64_t days = days_since_1970 + 719'468;  // Since 0000-03-01.
  const int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const int64_t day_of_era = days - era * 146'097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month = (5 * day_of_year + 2) / 153;  // From March.
  return {.year = year_of_era + era * 400 + (month >= 10 ? 1 : 0),
          .month = static_cast<int>(month < 10 ? month + 3 : month - 9),
          .day = static_cast<int>(day_of_year - (153 * month + 2) / 5 + 1)};
}

void AppendDigits(int64_t number, int digits, std::string& out) {
  const size_t begin = out.size();
  out.resize(begin + digits, '0');
  for (size_t at = out.size(); at > begin; number /= 10) {
    out[--at] = static_cast<char>('0' + number % 10);
  }
}

}  // namespace

int64_t MicrosOf(double seconds) {
  const double whole = std::floor(seconds);
  return static_cast<int64_t>(whole) * kMicrosPerSecond +
         std::llround((seconds - whole) * kMicrosPerSecond);
}

std::string TimestampText(int64_t micros) {
  const int64_t seconds = micros / kMicrosPerSecond - (micros % kMicrosPerSecond < 0 ? 1 : 0);
  const int64_t days = seconds / kSecondsPerDay - (seconds % kSecondsPerDay < 0 ? 1 : 0);
  const int64_t second_of_day = seconds - days * kSecondsPerDay;
  const Date date = DateOf(days);
  std::string text;
  AppendDigits(date.year, date.year < 10'000 ? 4 : 5, text);
  text += '-';
  AppendDigits(date.month, 2, text);
  text += '-';
  AppendDigits(date.day, 2, text);
  text += ' ';
  AppendDigits(second_of_day / 3600, 2, text);
  text += ':';
  AppendDigits(second_of_day / 60 % 60, 2, text);
  text += ':';
  AppendDigits(second_of_day % 60, 2, text);
  if (const int64_t fraction = micros - seconds * kMicrosPerSecond; fraction != 0) {
    text += '.';
    AppendDigits(fraction, 6, text);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text;
}

std::optional<double> ParseTimestampText(absl::string_view text) {
  const std::optional<double> seconds = ParseTimestamp(text);
  if (!seconds || TimestampText(MicrosOf(*seconds)) != text) return std::nullopt;
  return seconds;
}

int64_t FirstMicros(absl::string_view text, bool after) {
  int64_t begin = kFirstSortedMicros;
  int64_t end = kEndOfSortedMicros;
  while (begin < end) {
    const int64_t middle = begin + (end - begin) / 2;
    const int order = absl::string_view(TimestampText(middle)).compare(text);
    const bool found = after ? order > 0 : order >= 0;
    (found ? end : begin) = found ? middle : middle + 1;
  }
  return begin;
}

}  // namespace serin
