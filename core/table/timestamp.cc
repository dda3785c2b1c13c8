// The timestamps of value_parser.h.

#include <cmath>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

constexpr absl::CivilSecond kEpoch(1970);
constexpr int64_t kMicrosPerSecond = 1'000'000;

// Takes text apart from the left; once something was not there, `ok` is false for good.
class Scanner {
 public:
  explicit Scanner(absl::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  bool ok() const { return ok_; }

  // Takes a character if it is next.
  bool Accept(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void Expect(char c) { ok_ = Accept(c) && ok_; }

  // Takes exactly `digits` digits.
  int Number(int digits) {
    int number = 0;
    for (int i = 0; i < digits; ++i) number = number * 10 + Digit();
    return number;
  }

  // Takes 1 to 9 digits behind a decimal point, as microseconds.
  int64_t Micros() {
    double scale = kMicrosPerSecond;
    double micros = 0;
    int digits = 0;
    for (; NextIsDigit(); ++digits) micros += Digit() * (scale /= 10);
    ok_ = ok_ && digits >= 1 && digits <= 9;
    return std::llround(micros);
  }

 private:
  bool NextIsDigit() const { return !rest_.empty() && absl::ascii_isdigit(rest_[0]); }

  int Digit() {
    if (!NextIsDigit()) {
      ok_ = false;
      return 0;
    }
    const int digit = rest_[0] - '0';
    rest_.remove_prefix(1);
    return digit;
  }

  absl::string_view rest_;
  bool ok_ = true;
};

struct TimeOfDay {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int64_t micros = 0;
};

TimeOfDay ScanTimeOfDay(Scanner& scan) {
  TimeOfDay time;
  time.hour = scan.Number(2);
  scan.Expect(':');
  time.minute = scan.Number(2);
  if (!scan.Accept(':')) return time;
  time.second = scan.Number(2);
  if (scan.Accept('.')) time.micros = scan.Micros();
  return time;
}

// Seconds east of UTC.
int ScanOffset(Scanner& scan, bool& valid) {
  if (scan.at_end() || scan.Accept('Z')) return 0;
  const int sign = scan.Accept('-') ? -1 : 1;
  if (sign > 0) scan.Expect('+');
  const int hours = scan.Number(2);
  int minutes = 0;
  if (!scan.at_end()) {
    scan.Accept(':');
    minutes = scan.Number(2);
  }
  valid = hours < 24 && minutes < 60;
  return sign * (hours * 3600 + minutes * 60);
}

}  // namespace

std::optional<double> ParseTimestamp(absl::string_view text) {
  Scanner scan(text);
  const int year = scan.Number(4);
  scan.Expect('-');
  const int month = scan.Number(2);
  scan.Expect('-');
  const int day = scan.Number(2);
  TimeOfDay time;
  int offset = 0;
  bool valid = true;
  if (scan.ok() && (scan.Accept('T') || scan.Accept(' '))) {
    time = ScanTimeOfDay(scan);
    offset = ScanOffset(scan, valid);
  }
  if (!scan.ok() || !scan.at_end() || !valid || year < 1) return std::nullopt;
  const absl::CivilSecond civil(year, month, day, time.hour, time.minute, time.second);
  // CivilSecond moves what is out of range into the next unit: February 30 becomes March 2.
  const bool in_range = civil.month() == month && civil.day() == day && civil.hour() == time.hour &&
                        civil.minute() == time.minute && civil.second() == time.second;
  if (!in_range) return std::nullopt;
  return static_cast<double>(civil - kEpoch - offset) +
         static_cast<double>(time.micros) / kMicrosPerSecond;
}

std::optional<double> ParseEpoch(absl::string_view text) {
  const std::optional<double> number = ParseNumber(text);
  if (!number) return std::nullopt;
  const double magnitude = std::abs(*number);
  const double per_second = magnitude >= 1e17   ? 1e9
                            : magnitude >= 1e14 ? 1e6
                            : magnitude >= 1e11 ? 1e3
                                                : 1;
  const double seconds = *number / per_second;
  return IsTimestamp(seconds) ? std::optional(seconds) : std::nullopt;
}

bool IsTimestamp(double seconds) {
  constexpr auto kFirst = static_cast<double>(absl::CivilSecond(0, 12, 31) - kEpoch);
  constexpr auto kLast = static_cast<double>(absl::CivilSecond(10000, 1, 2) - kEpoch);
  return seconds >= kFirst && seconds < kLast;
}

std::string FormatTimestamp(double seconds) {
  double whole = std::floor(seconds);
  int64_t micros = std::llround((seconds - whole) * kMicrosPerSecond);
  if (micros == kMicrosPerSecond) {
    whole += 1;
    micros = 0;
  }
  const absl::CivilSecond civil = kEpoch + static_cast<int64_t>(whole);
  std::string text = absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d", civil.year(), civil.month(),
                                     civil.day(), civil.hour(), civil.minute(), civil.second());
  if (micros != 0) {
    std::string fraction = absl::StrFormat(".%06d", micros);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    text += fraction;
  }
  return text + "Z";
}

}  // namespace serin
