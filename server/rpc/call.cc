#include "server/rpc/call.h"

#include "core/base/resource_name.h"
#include "core/base/status_macros.h"

namespace serin {

absl::string_view MetadataOf(const grpc::ServerContextBase& context, const char* key) {
  const auto& metadata = context.client_metadata();
  const auto it = metadata.find(key);
  if (it == metadata.end()) return "";
  return absl::string_view(it->second.data(), it->second.size());
}

absl::StatusOr<std::string> ProjectOf(const grpc::ServerContextBase& context) {
  const absl::string_view project = MetadataOf(context, kProjectKey);
  if (project.empty()) return std::string(kDefaultProject);
  SERIN_RETURN_IF_ERROR(ValidateName(kProjectKey, project));
  return std::string(project);
}

void SetProject(grpc::ClientContext& context, const std::string& project) {
  context.AddMetadata(kProjectKey, project);
}

}  // namespace serin
