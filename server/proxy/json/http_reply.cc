#include "server/proxy/json/http_reply.h"

#include <optional>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/errors.h"
#include "google/rpc/error_details.pb.h"
#include "nlohmann/json.hpp"
#include "server/proxy/json/connect_error.h"

namespace serin {
namespace {

using json = nlohmann::ordered_json;

// Whole seconds to wait, rounded up; nullopt where the error does not say.
std::optional<int64_t> RetryAfterSeconds(const absl::Status& error) {
  google::rpc::RetryInfo retry;
  const auto payload = error.GetPayload(absl::StrCat("type.googleapis.com/", retry.GetTypeName()));
  if (!payload || !retry.ParseFromString(std::string(*payload))) return std::nullopt;
  return retry.retry_delay().seconds() + (retry.retry_delay().nanos() > 0 ? 1 : 0);
}

}  // namespace

HttpReply JsonReply(int status, const json& body) {
  return {.status = status,
          .body = body.dump(-1, ' ', /*ensure_ascii=*/false, json::error_handler_t::replace)};
}

int HttpStatusOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kOk:
      return 200;
    case absl::StatusCode::kCancelled:
      return 499;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kOutOfRange:
      return 400;
    case absl::StatusCode::kUnauthenticated:
      return 401;
    case absl::StatusCode::kPermissionDenied:
      return 403;
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted:
      return 409;
    case absl::StatusCode::kResourceExhausted:
      return 429;
    case absl::StatusCode::kUnimplemented:
      return 501;
    case absl::StatusCode::kUnavailable:
      return 503;
    case absl::StatusCode::kDeadlineExceeded:
      return 504;
    default:
      return 500;  // UNKNOWN, INTERNAL, DATA_LOSS.
  }
}

HttpReply ErrorReply(ErrorForm form, const absl::Status& error) {
  return ErrorReply(form, error, HttpStatusOf(error.code()));
}

HttpReply ErrorReply(ErrorForm form, const absl::Status& error, int http_status) {
  HttpReply reply = form == ErrorForm::kConnect
                        ? JsonReply(http_status, ConnectErrorJson(error))
                        : JsonReply(http_status, {{"error", std::string(error.message())}});
  reply.error = error;
  if (const auto seconds = RetryAfterSeconds(error)) {
    reply.headers.Add("retry-after", absl::StrCat(*seconds));
  }
  return reply;
}

absl::Status TooManyBodies() {
  return WithReason(WithRetryDelay(absl::ResourceExhaustedError(
                                       "the server has as many bodies in work as it can hold"),
                                   absl::Seconds(1)),
                    "OVERLOADED");
}

absl::Status Reworded(const absl::Status& error, absl::string_view message) {
  absl::Status out(error.code(), message);
  error.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
    out.SetPayload(type_url, payload);
  });
  return out;
}

}  // namespace serin
