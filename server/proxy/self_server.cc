#include "server/proxy/self_server.h"

#include <grpcpp/server_builder.h>

#include <chrono>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace serin {
namespace {

std::vector<const google::protobuf::ServiceDescriptor*> PublicServices(const RouteTable& routes) {
  auto services = routes.services();
  for (const auto* file :
       {grpc::health::v1::HealthCheckRequest::descriptor()->file(),
        grpc::reflection::v1::ServerReflectionRequest::descriptor()->file(),
        grpc::reflection::v1alpha::ServerReflectionRequest::descriptor()->file()}) {
    services.push_back(file->service(0));
  }
  return services;
}

// What errors carry: clients look up the details' types.
ReflectionIndex::Files ErrorFiles() {
  return {google::rpc::Status::descriptor()->file(), google::rpc::ErrorInfo::descriptor()->file()};
}

}  // namespace

SelfServer::SelfServer(const RouteTable& routes)
    : index_(PublicServices(routes), ErrorFiles()),
      health_(index_.services()),
      reflection_(&index_),
      reflection_alpha_(&index_) {}

SelfServer::~SelfServer() {
  if (server_) server_->Shutdown(std::chrono::system_clock::now());
}

absl::Status SelfServer::Start() {
  SERIN_ASSIGN_OR_RETURN(socket_, SocketPath::Make(/*preferred=*/""));
  grpc::ServerBuilder builder;
  builder.AddListeningPort(socket_->target(), grpc::InsecureServerCredentials());
  // The data plane pings what it waits for.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 0);
  builder.RegisterService(&health_);
  builder.RegisterService(&readiness_);
  builder.RegisterService(&reflection_);
  builder.RegisterService(&reflection_alpha_);
  server_ = builder.BuildAndStart();
  if (server_ != nullptr) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("cannot listen on ", socket_->target()));
}

}  // namespace serin
