#include "client/cli/error_report.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/cli/text_table.h"
#include "serin/error_details.h"

namespace serin {
namespace {

// The server itself was not reached: what gRPC says about it is for programmers.
bool IsUnreachable(const absl::Status& error, const ErrorDetails& details) {
  return absl::IsUnavailable(error) && details.reason.empty() && details.request_id.empty();
}

// Why a server that there is was not reached, by a part of what gRPC says.
struct Obstacle {
  const char* sign;
  const char* meaning;
  const char* hint;
};
constexpr Obstacle kObstacles[] = {
    {"certificate verify failed", "has a certificate that is not trusted",
     "--tls-ca FILE names the certificates to trust"},
    {"is not in peer certificate", "has a certificate for another host",
     "--tls-server-name NAME says whose it should be"},
    {"wrong version number", "does not speak TLS",
     "leave out --tls, --tls-ca and --tls-server-name, also as SERIN_TLS and SERIN_TLS_CA"},
    {"Socket closed", "closed the connection", "--tls if it is one that speaks TLS"},
};

// nullptr: no server was found.
const Obstacle* FindObstacle(const absl::Status& error) {
  for (const Obstacle& obstacle : kObstacles) {
    if (absl::StrContains(error.message(), obstacle.sign)) return &obstacle;
  }
  return nullptr;
}

std::string Unreachable(const absl::Status& error, absl::string_view server) {
  const Obstacle* const obstacle = FindObstacle(error);
  if (obstacle == nullptr) return absl::StrCat("no Serin server answers at ", server);
  return absl::StrCat("the server at ", server, " ", obstacle->meaning);
}

std::string HintForUnreachable(const absl::Status& error) {
  if (const Obstacle* const obstacle = FindObstacle(error)) return obstacle->hint;
  return "start one with 'serin-server --data_dir=DIR', or name another with --server or "
         "SERIN_SERVER";
}

std::string HintForMissing(absl::string_view message) {
  if (absl::StrContains(message, "datasets/") && absl::StrContains(message, "/versions/")) {
    return "'serin dataset versions NAME' lists a dataset's versions";
  }
  if (absl::StrContains(message, "datasets/")) return "'serin dataset list' lists all datasets";
  if (absl::StrContains(message, "/versions/") || absl::StrContains(message, "@")) {
    return "'serin model show MODEL' lists a model's versions and aliases";
  }
  if (absl::StrContains(message, "models/")) return "'serin model list' lists all models";
  if (absl::StrContains(message, "schedules/")) {
    return "'serin schedule list' lists all schedules";
  }
  if (absl::StrContains(message, "jobs/")) return "'serin train list' lists all jobs";
  return "";
}

std::string HintForInvalid(const ErrorDetails& details) {
  for (const auto& violation : details.violations) {
    if (absl::StrContains(violation.field, "algorithm") ||
        absl::StrContains(violation.field, "hyperparameters")) {
      return "'serin train algorithms' lists algorithms and their hyperparameters";
    }
  }
  return "";
}

std::string HintFor(const absl::Status& error, const ErrorDetails& details) {
  if (IsUnreachable(error, details)) return HintForUnreachable(error);
  if (details.retry_delay) {
    return absl::StrCat("try again in ", absl::FormatDuration(*details.retry_delay));
  }
  switch (error.code()) {
    case absl::StatusCode::kNotFound:
      // A missing file has no reason.
      return details.reason.empty() ? "" : HintForMissing(error.message());
    case absl::StatusCode::kInvalidArgument:
      return HintForInvalid(details);
    case absl::StatusCode::kDeadlineExceeded:
      return "--timeout SECONDS gives the server more time";
    default:
      return "";
  }
}

void AppendLine(absl::string_view label, absl::string_view text, std::string* out) {
  if (!text.empty()) absl::StrAppend(out, "  ", label, ": ", Printable(text), "\n");
}

}  // namespace

std::string ErrorReport(const absl::Status& error, absl::string_view server) {
  const ErrorDetails details = DetailsOf(error);
  const std::string message =
      IsUnreachable(error, details) ? Unreachable(error, server) : Printable(error.message());
  std::string out =
      absl::StrCat("serin: ", message, " (", absl::StatusCodeToString(error.code()), ")\n");
  for (const auto& violation : details.violations) {
    // With one violation the message is "field: description" already.
    if (!absl::StrContains(message, Printable(violation.description))) {
      AppendLine(violation.field, violation.description, &out);
    }
  }
  AppendLine("request id", details.request_id, &out);
  AppendLine("hint", HintFor(error, details), &out);
  return out;
}

}  // namespace serin
