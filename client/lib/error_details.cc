#include "serin/error_details.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "client/lib/request_id.h"
#include "core/base/errors.h"

namespace serin {
namespace {

constexpr absl::string_view kRequestIdUrl = "serin.dev/request-id";

// Reads a detail of this type into `message`; false if the error has none.
template <typename Message>
bool ReadDetail(const absl::Status& error, Message* message) {
  const auto payload =
      error.GetPayload(absl::StrCat("type.googleapis.com/", Message::descriptor()->full_name()));
  return payload && message->ParseFromString(std::string(*payload));
}

std::vector<ErrorDetails::FieldViolation> ViolationsOf(const absl::Status& error) {
  std::vector<ErrorDetails::FieldViolation> violations;
  google::rpc::BadRequest detail;
  if (!ReadDetail(error, &detail)) return violations;
  for (const auto& violation : detail.field_violations()) {
    violations.push_back({violation.field(), violation.description()});
  }
  return violations;
}

std::optional<absl::Duration> RetryDelayOf(const absl::Status& error) {
  google::rpc::RetryInfo detail;
  if (!ReadDetail(error, &detail)) return std::nullopt;
  return absl::Seconds(detail.retry_delay().seconds()) +
         absl::Nanoseconds(detail.retry_delay().nanos());
}

}  // namespace

void SetRequestId(absl::Status& error, absl::string_view id) {
  if (!id.empty()) error.SetPayload(kRequestIdUrl, absl::Cord(id));
}

ErrorDetails DetailsOf(const absl::Status& error) {
  ErrorDetails details;
  details.reason = ReasonOf(error);
  details.violations = ViolationsOf(error);
  details.retry_delay = RetryDelayOf(error);
  if (const auto id = error.GetPayload(kRequestIdUrl)) details.request_id = std::string(*id);
  return details;
}

}  // namespace serin
