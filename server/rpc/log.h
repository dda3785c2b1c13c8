#ifndef SERIN_SERVER_RPC_LOG_H_
#define SERIN_SERVER_RPC_LOG_H_

#include <cstdint>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// The log: one JSON object per line on standard error, for programs to read.
//
//   LogEvent(LogLevel::kInfo, "node_ready", {{"address", address}, {"port", port}});
//   {"time":"2026-11-21T01:20:00.123Z","level":"info","event":"node_ready","address":...,"port":8500}

namespace serin {

enum class LogLevel { kDebug, kInfo, kWarning, kError };

// What a field of an event may hold.
class LogValue {
 public:
  using Variant = std::variant<std::string, int64_t, double, bool>;

  // Implicit, so that fields can be written as they are.
  // NOLINTBEGIN(google-explicit-constructor)
  LogValue(absl::string_view text) : value_(std::string(text)) {}
  LogValue(const std::string& text) : value_(text) {}
  LogValue(const char* text) : value_(std::string(text)) {}
  LogValue(bool value) : value_(value) {}
  LogValue(double value) : value_(value) {}
  template <typename Integer, std::enable_if_t<std::is_integral_v<Integer>, int> = 0>
  LogValue(Integer value) : value_(static_cast<int64_t>(value)) {}
  // NOLINTEND(google-explicit-constructor)

  const Variant& variant() const { return value_; }

 private:
  Variant value_;
};

struct LogField {
  absl::string_view name;
  LogValue value;
};

// Writes one line, unless `level` is below the one set. `event` is a lower_case_word that programs
// can look for. Thread-safe; lines are never mixed up.
void LogEvent(LogLevel level, absl::string_view event, const std::vector<LogField>& fields = {});

// Writes lines that were formatted as FormatEvent does, each with its end, as one of kInfo: for
// what is logged so often that it is gathered first. Thread-safe.
void LogLines(absl::string_view lines);

// Events below `level` are dropped from now on. kInfo until it is called. Thread-safe.
void SetLogLevel(LogLevel level);

// Parses debug, info, warning and error.
absl::StatusOr<LogLevel> ParseLogLevel(absl::string_view text);

// The line that LogEvent writes, without its end. Bytes that are not UTF-8 become U+FFFD.
std::string FormatEvent(absl::Time time, LogLevel level, absl::string_view event,
                        const std::vector<LogField>& fields);

}  // namespace serin

#endif  // SERIN_SERVER_RPC_LOG_H_
