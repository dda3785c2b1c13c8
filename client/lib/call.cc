#include "client/lib/call.h"

#include "absl/strings/cord.h"
#include "client/lib/request_id.h"
#include "core/base/errors.h"

namespace serin {
namespace {

// Metadata keys, as in server/rpc/call.h.
constexpr char kProjectKey[] = "serin-project";
constexpr char kRequestIdKey[] = "serin-request-id";

absl::Status FromGrpc(const grpc::Status& status) {
  google::rpc::Status details;
  const bool detailed = !status.error_details().empty() &&
                        details.ParseFromString(status.error_details()) &&
                        details.code() == status.error_code();
  if (detailed) return FromRpcStatus(details);
  return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
}

template <typename Metadata>
std::string Find(const Metadata& metadata, const char* key) {
  const auto it = metadata.find(key);
  return it == metadata.end() ? "" : std::string(it->second.data(), it->second.size());
}

}  // namespace

Call::Call(const std::string& project, absl::Duration timeout) {
  if (!project.empty()) context_.AddMetadata(kProjectKey, project);
  if (timeout != absl::InfiniteDuration()) {
    context_.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  }
}

absl::Status Call::Outcome(const grpc::Status& status) const {
  if (status.ok()) return absl::OkStatus();
  absl::Status error = FromGrpc(status);
  SetRequestId(error, RequestId());
  return error;
}

// A call that fails before the first answer has trailing metadata only.
std::string Call::RequestId() const {
  std::string id = Find(context_.GetServerTrailingMetadata(), kRequestIdKey);
  return id.empty() ? Find(context_.GetServerInitialMetadata(), kRequestIdKey) : id;
}

}  // namespace serin
