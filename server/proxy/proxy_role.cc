#include "server/proxy/proxy_role.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/cluster/channel.h"
#include "server/cluster/member.h"
#include "server/proxy/health_service.h"
#include "server/proxy/public_service.h"
#include "server/proxy/reflection_index.h"
#include "server/proxy/reflection_service.h"
#include "server/proxy/traffic_metrics.h"

namespace serin {
namespace {

// Calls that one connection may have under way; more wait at the caller.
constexpr int kMaxStreamsPerConnection = 1024;
// Callers that ping to keep a connection may do so this often.
constexpr absl::Duration kMinPingInterval = absl::Seconds(5);

// In order of UpstreamRole.
UpstreamChannels ConnectAll(const ProxyOptions& options) {
  return {ConnectToRole(options.dataset), ConnectToRole(options.control),
          ConnectToRole(options.predict)};
}

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

// The proxy refuses messages over its limit itself, with a readable error. grpc's own limit, which
// it sees as a call that the caller cancelled, is for those that it would be wrong even to receive.
int HardMessageLimit(int64_t max_message_bytes) {
  return static_cast<int>(
      std::min<int64_t>(4 * max_message_bytes, std::numeric_limits<int>::max()));
}

}  // namespace

// In order of construction: each is destroyed before those that it uses.
struct ProxyRole::Parts {
  Parts(ProxyOptions given, prometheus::Registry* registry, IdGenerator* ids)
      : options(std::move(given)),
        rpc_metrics(routes, registry),
        traffic_metrics(registry),
        public_service(&routes, &router, ConnectAll(options), &rpc_metrics, ids,
                       options.max_message_bytes),
        index(PublicServices(routes), ErrorFiles()),
        health(index.services()),
        reflection(&index),
        reflection_alpha(&index) {}

  absl::Status Listen();
  void Join();
  // Carries out a state from control.
  internal::v1::AppliedState Apply(const internal::v1::ClusterState& state);

  const ProxyOptions options;
  const RouteTable routes;
  Router router;
  RpcMetrics rpc_metrics;
  TrafficMetrics traffic_metrics;
  PublicService public_service;
  const ReflectionIndex index;
  HealthService health;
  ReflectionServiceV1 reflection;
  ReflectionServiceV1Alpha reflection_alpha;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<ClusterMember> member;
};

absl::Status ProxyRole::Parts::Listen() {
  const std::string address = absl::StrCat(options.host, ":", options.port);
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port);
  // Or a second server on the port would take half of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreamsPerConnection);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             static_cast<int>(absl::ToInt64Milliseconds(kMinPingInterval)));
  builder.SetMaxReceiveMessageSize(HardMessageLimit(options.max_message_bytes));
  builder.RegisterCallbackGenericService(&public_service);
  builder.RegisterService(&health);
  builder.RegisterService(&reflection);
  builder.RegisterService(&reflection_alpha);
  server = builder.BuildAndStart();
  if (server != nullptr && port != 0) return absl::OkStatus();
  server.reset();
  return absl::UnavailableError(absl::StrCat(
      "cannot listen on ", address, ": is the port in use, or the address not of this machine?"));
}

internal::v1::AppliedState ProxyRole::Parts::Apply(const internal::v1::ClusterState& state) {
  router.Update(std::make_shared<const RoutingTable>(state));
  traffic_metrics.Update(state);
  health.SetServing(true);
  internal::v1::AppliedState applied;
  applied.set_revision(state.revision());
  return applied;
}

void ProxyRole::Parts::Join() {
  internal::v1::MemberHello hello;
  hello.set_role(internal::v1::MemberHello::ROLE_PROXY);
  member = std::make_unique<ClusterMember>(
      ConnectToRole(options.control), hello,
      [this](const internal::v1::ClusterState& state) { return Apply(state); });
}

ProxyRole::ProxyRole(ProxyOptions options, prometheus::Registry* registry, IdGenerator* ids)
    : parts_(std::make_unique<Parts>(std::move(options), registry, ids)) {}

ProxyRole::~ProxyRole() { Drain(); }

absl::Status ProxyRole::Start() {
  const absl::Status listening = parts_->Listen();
  if (listening.ok()) parts_->Join();
  return listening;
}

int ProxyRole::port() const { return parts_->port; }

bool ProxyRole::ready() const { return parts_->router.ready(); }

void ProxyRole::Drain() {
  if (parts_->server == nullptr) return;
  parts_->health.Shutdown();
  parts_->server->Shutdown(absl::ToChronoTime(absl::Now() + parts_->options.drain_timeout));
}

}  // namespace serin
