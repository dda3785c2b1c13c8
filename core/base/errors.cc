#include "core/base/errors.h"

#include <optional>
#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace serin {
namespace {

constexpr absl::string_view kTypeUrlPrefix = "type.googleapis.com/";
constexpr absl::string_view kDomain = "serin.dev";

template <typename Message>
std::string TypeUrl() {
  return absl::StrCat(kTypeUrlPrefix, Message::descriptor()->full_name());
}

template <typename Message>
void SetDetail(absl::Status& status, const Message& detail) {
  status.SetPayload(TypeUrl<Message>(), absl::Cord(detail.SerializeAsString()));
}

template <typename Message>
std::optional<Message> GetDetail(const absl::Status& status) {
  const auto payload = status.GetPayload(TypeUrl<Message>());
  Message detail;
  if (!payload || !detail.ParseFromString(std::string(*payload))) return std::nullopt;
  return detail;
}

}  // namespace

absl::Status InvalidField(absl::string_view field, absl::string_view description) {
  absl::Status status = absl::InvalidArgumentError(absl::StrCat(field, ": ", description));
  google::rpc::BadRequest detail;
  auto* violation = detail.add_field_violations();
  violation->set_field(std::string(field));
  violation->set_description(std::string(description));
  SetDetail(status, detail);
  return WithReason(std::move(status), "INVALID_FIELD");
}

absl::Status PrefixField(absl::string_view prefix, const absl::Status& error) {
  const auto detail = GetDetail<google::rpc::BadRequest>(error);
  if (!detail || detail->field_violations().empty()) return error;
  const auto& violation = detail->field_violations(0);
  return InvalidField(absl::StrCat(prefix, ".", violation.field()), violation.description());
}

absl::Status ResourceNotFound(absl::string_view resource_name) {
  return WithReason(absl::NotFoundError(absl::StrCat(resource_name, " does not exist")),
                    "RESOURCE_NOT_FOUND");
}

absl::Status UnavailableRetryAfter(absl::string_view message, absl::Duration retry_delay) {
  return WithRetryDelay(absl::UnavailableError(message), retry_delay);
}

absl::Status WithRetryDelay(absl::Status error, absl::Duration retry_delay) {
  google::rpc::RetryInfo detail;
  const timespec delay = absl::ToTimespec(retry_delay);
  detail.mutable_retry_delay()->set_seconds(delay.tv_sec);
  detail.mutable_retry_delay()->set_nanos(static_cast<int32_t>(delay.tv_nsec));
  SetDetail(error, detail);
  return error;
}

absl::Status WithReason(absl::Status error, absl::string_view reason) {
  google::rpc::ErrorInfo detail;
  detail.set_reason(std::string(reason));
  detail.set_domain(std::string(kDomain));
  SetDetail(error, detail);
  return error;
}

std::string ReasonOf(const absl::Status& error) {
  const auto detail = GetDetail<google::rpc::ErrorInfo>(error);
  return detail ? detail->reason() : "";
}

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  google::rpc::Status out;
  if (status.ok()) return out;
  if (!GetDetail<google::rpc::ErrorInfo>(status)) {
    return ToRpcStatus(WithReason(status, absl::StatusCodeToString(status.code())));
  }
  out.set_code(static_cast<int>(status.code()));
  out.set_message(std::string(status.message()));
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
    if (!absl::StartsWith(type_url, kTypeUrlPrefix)) return;
    auto* detail = out.add_details();
    detail->set_type_url(std::string(type_url));
    detail->set_value(std::string(payload));
  });
  return out;
}

absl::Status FromRpcStatus(const google::rpc::Status& status) {
  absl::Status out(static_cast<absl::StatusCode>(status.code()), status.message());
  for (const auto& detail : status.details()) {
    out.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return out;
}

}  // namespace serin
