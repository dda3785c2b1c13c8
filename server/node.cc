#include "server/node.h"

#include <prometheus/registry.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/base/status_macros.h"
#include "server/admin/admin_server.h"
#include "server/admin/build_info.h"
#include "server/backend.h"
#include "server/data_dir.h"
#include "server/proxy/proxy_role.h"
#include "server/rpc/log.h"
#include "server/rpc/socket_path.h"

namespace serin {

// In order of construction: each part is destroyed before those that it uses.
struct Node::Parts {
  explicit Parts(const Options& node_options) : options(node_options) {}

  const Options options;
  const Clock* const clock = Clock::Real();
  IdGenerator ids{clock};
  prometheus::Registry registry;
  std::unique_ptr<DataDir> data_dir;   // Of control and dataset.
  std::unique_ptr<SocketPath> socket;  // Of the backend roles.
  std::unique_ptr<Backend> backend;    // Null if there is only a proxy.
  std::unique_ptr<ProxyRole> proxy;    // Null if there is none.
  std::unique_ptr<AdminServer> admin;

  absl::Status OpenPaths();
  RoleTargets Targets() const;
  ProxyOptions MakeProxyOptions() const;
  absl::Status StartBackend();
  absl::Status StartProxy();
  absl::Status StartAdmin();
  absl::Status Ready() const;
};

absl::Status Node::Parts::OpenPaths() {
  std::string preferred_socket;
  if (options.roles.control || options.roles.dataset) {
    SERIN_ASSIGN_OR_RETURN(data_dir, DataDir::Open(options.data_dir));
    preferred_socket = data_dir->PathOf("socket");
  }
  SERIN_ASSIGN_OR_RETURN(socket, SocketPath::Make(preferred_socket));
  return absl::OkStatus();
}

RoleTargets Node::Parts::Targets() const {
  const Roles& roles = options.roles;
  return {.control = roles.control ? socket->target() : options.control_target,
          .dataset = roles.dataset ? socket->target() : options.dataset_target,
          .predict =
              roles.predict ? std::vector<std::string>{socket->target()} : options.predict_targets};
}

ProxyOptions Node::Parts::MakeProxyOptions() const {
  RoleTargets targets = Targets();
  ProxyOptions proxy;
  proxy.host = options.host;
  proxy.port = options.port;
  proxy.threads = options.proxy_threads;
  proxy.tls = {.certificate = options.tls_cert, .private_key = options.tls_key};
  proxy.control = std::move(targets.control);
  proxy.dataset = std::move(targets.dataset);
  proxy.predict = targets.predict.empty() ? "" : targets.predict.front();
  proxy.predict_targets = std::move(targets.predict);
  proxy.cors_origins = options.cors_origins;
  proxy.max_connections = options.max_connections;
  proxy.max_calls = options.max_calls;
  proxy.max_message_bytes = options.max_message_bytes;
  proxy.idle_timeout = options.idle_timeout;
  proxy.rate_limit = options.rate_limit;
  proxy.rate_burst = options.rate_burst;
  proxy.hedge = options.hedge;
  proxy.access_log_sample = options.access_log_sample;
  proxy.drain_timeout = options.drain_timeout;
  return proxy;
}

absl::Status Node::Parts::StartBackend() {
  if (!options.roles.any_backend()) return absl::OkStatus();
  SERIN_ASSIGN_OR_RETURN(backend, Backend::Start({.options = &options,
                                                  .data_dir = data_dir.get(),
                                                  .socket = socket->target(),
                                                  .targets = Targets(),
                                                  .registry = &registry,
                                                  .clock = clock,
                                                  .ids = &ids}));
  return absl::OkStatus();
}

absl::Status Node::Parts::StartProxy() {
  if (!options.roles.proxy) return absl::OkStatus();
  proxy = std::make_unique<ProxyRole>(MakeProxyOptions(), &registry, &ids);
  return proxy->Start();
}

absl::Status Node::Parts::StartAdmin() {
  AddBuildInfo(&registry);
  SERIN_ASSIGN_OR_RETURN(
      admin, AdminServer::Start({.address = options.host, .port = options.admin_port}, &registry,
                                [this] { return Ready(); }));
  return absl::OkStatus();
}

absl::Status Node::Parts::Ready() const {
  if (backend) SERIN_RETURN_IF_ERROR(backend->Ready());
  if (proxy && !proxy->ready()) {
    return absl::UnavailableError("the proxy has not heard from control yet");
  }
  return absl::OkStatus();
}

Node::Node(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Node::~Node() {
  if (parts_->proxy) parts_->proxy->Drain();
  if (parts_->backend) parts_->backend->Drain();
}

absl::StatusOr<std::unique_ptr<Node>> Node::Start(const Options& options) {
  auto parts = std::make_unique<Parts>(options);
  SERIN_RETURN_IF_ERROR(parts->OpenPaths());
  SERIN_RETURN_IF_ERROR(parts->StartBackend());
  SERIN_RETURN_IF_ERROR(parts->StartProxy());
  SERIN_RETURN_IF_ERROR(parts->StartAdmin());
  return std::unique_ptr<Node>(new Node(std::move(parts)));
}

absl::Status Node::Ready() const { return parts_->Ready(); }

std::string Node::Addresses() const {
  const Parts& parts = *parts_;
  std::string addresses;
  if (parts.proxy)
    absl::StrAppend(&addresses, "public=", parts.options.host, ":", parts.proxy->port(), " ");
  absl::StrAppend(&addresses, "admin=", parts.options.host, ":", parts.admin->port());
  if (parts.backend && !parts.options.internal_listen.empty()) {
    const std::string& listen = parts.options.internal_listen;
    absl::StrAppend(&addresses, " internal=", listen.substr(0, listen.rfind(':')), ":",
                    parts.backend->port());
  }
  return addresses;
}

}  // namespace serin
