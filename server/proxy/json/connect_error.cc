#include "server/proxy/json/connect_error.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/strip.h"
#include "core/base/errors.h"
#include "nlohmann/json.hpp"

namespace serin {
namespace {

using json = nlohmann::ordered_json;

// Null where the type is not linked or the bytes do not parse.
json DebugOf(const std::string& type, const std::string& bytes) {
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(type);
  if (descriptor == nullptr) return nullptr;
  const std::unique_ptr<google::protobuf::Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor)->New());
  std::string text;
  if (!message->ParseFromString(bytes) ||
      !google::protobuf::util::MessageToJsonString(*message, &text).ok()) {
    return nullptr;
  }
  return json::parse(text, nullptr, /*allow_exceptions=*/false);
}

json DetailJson(const google::protobuf::Any& detail) {
  const std::string type = detail.type_url().substr(detail.type_url().rfind('/') + 1);
  std::string base64 = absl::Base64Escape(detail.value());
  base64.erase(base64.find_last_not_of('=') + 1);
  json out = {{"type", type}, {"value", base64}};
  const json debug = DebugOf(type, detail.value());
  if (debug.is_object()) out["debug"] = debug;
  return out;
}

}  // namespace

absl::string_view ConnectCode(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kCancelled:
      return "canceled";
    case absl::StatusCode::kInvalidArgument:
      return "invalid_argument";
    case absl::StatusCode::kDeadlineExceeded:
      return "deadline_exceeded";
    case absl::StatusCode::kNotFound:
      return "not_found";
    case absl::StatusCode::kAlreadyExists:
      return "already_exists";
    case absl::StatusCode::kPermissionDenied:
      return "permission_denied";
    case absl::StatusCode::kResourceExhausted:
      return "resource_exhausted";
    case absl::StatusCode::kFailedPrecondition:
      return "failed_precondition";
    case absl::StatusCode::kAborted:
      return "aborted";
    case absl::StatusCode::kOutOfRange:
      return "out_of_range";
    case absl::StatusCode::kUnimplemented:
      return "unimplemented";
    case absl::StatusCode::kInternal:
      return "internal";
    case absl::StatusCode::kUnavailable:
      return "unavailable";
    case absl::StatusCode::kDataLoss:
      return "data_loss";
    case absl::StatusCode::kUnauthenticated:
      return "unauthenticated";
    default:
      return "unknown";
  }
}

json ConnectErrorJson(const absl::Status& error) {
  json out = {{"code", std::string(ConnectCode(error.code()))}};
  if (!error.message().empty()) out["message"] = std::string(error.message());
  // Payloads of a status have no order; an answer should have one.
  std::map<std::string, json> details;
  const google::rpc::Status rpc_status = ToRpcStatus(error);
  for (const auto& detail : rpc_status.details()) {
    details[detail.type_url()] = DetailJson(detail);
  }
  for (auto& [type_url, detail] : details) out["details"].push_back(std::move(detail));
  return out;
}

}  // namespace serin
