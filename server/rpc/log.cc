#include "server/rpc/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace serin {
namespace {

struct LevelName {
  LogLevel level;
  absl::string_view name;
  spdlog::level::level_enum spdlog_level;
};

// In the order of LogLevel.
constexpr std::array<LevelName, 4> kLevels = {{
    {LogLevel::kDebug, "debug", spdlog::level::debug},
    {LogLevel::kInfo, "info", spdlog::level::info},
    {LogLevel::kWarning, "warning", spdlog::level::warn},
    {LogLevel::kError, "error", spdlog::level::err},
}};

const LevelName& Describe(LogLevel level) { return kLevels[static_cast<size_t>(level)]; }

// The process' one logger: standard error is shared by all of it, and lines must not interleave.
spdlog::logger& Logger() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto created = std::make_shared<spdlog::logger>(
        "serin", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    created->set_pattern("%v");
    created->flush_on(spdlog::level::debug);
    return created;
  }();
  return *logger;
}

}  // namespace

std::string FormatEvent(absl::Time time, LogLevel level, absl::string_view event,
                        const std::vector<LogField>& fields) {
  nlohmann::ordered_json line;
  line["time"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", time, absl::UTCTimeZone());
  line["level"] = std::string(Describe(level).name);
  line["event"] = std::string(event);
  for (const LogField& field : fields) {
    std::visit([&](const auto& value) { line[std::string(field.name)] = value; },
               field.value.variant());
  }
  return line.dump(/*indent=*/-1, ' ', /*ensure_ascii=*/false,
                   nlohmann::ordered_json::error_handler_t::replace);
}

void LogEvent(LogLevel level, absl::string_view event, const std::vector<LogField>& fields) {
  spdlog::logger& logger = Logger();
  if (!logger.should_log(Describe(level).spdlog_level)) return;
  logger.log(Describe(level).spdlog_level, FormatEvent(absl::Now(), level, event, fields));
}

// The sink adds the last line's end.
void LogLines(absl::string_view lines) {
  if (lines.empty() || !Logger().should_log(spdlog::level::info)) return;
  lines.remove_suffix(1);
  Logger().log(spdlog::level::info, spdlog::string_view_t(lines.data(), lines.size()));
}

void SetLogLevel(LogLevel level) { Logger().set_level(Describe(level).spdlog_level); }

absl::StatusOr<LogLevel> ParseLogLevel(absl::string_view text) {
  for (const LevelName& level : kLevels) {
    if (level.name == text) return level.level;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("log level must be debug, info, warning or error, is '", text, "'"));
}

}  // namespace serin
