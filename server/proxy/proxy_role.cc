#include "server/proxy/proxy_role.h"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/clock.h"
#include "core/base/status_macros.h"
#include "core/base/work_pool.h"
#include "server/cluster/channel.h"
#include "server/cluster/member.h"
#include "server/http/http1.h"
#include "server/http/http2.h"
#include "server/http/listener.h"
#include "server/http/loop_group.h"
#include "server/proxy/proxy_loop.h"
#include "server/proxy/self_server.h"
#include "server/proxy/shared_caller_rates.h"
#include "server/proxy/traffic_metrics.h"

namespace serin {
namespace {

// After the calls that outlasted the drain's grace were ended: for their callers to be told.
constexpr absl::Duration kLastWords = absl::Milliseconds(500);

size_t ThreadsOf(const ProxyOptions& options) {
  if (options.threads > 0) return static_cast<size_t>(options.threads);
  return std::max(1u, std::thread::hardware_concurrency());
}

CallerRateOptions RatesOf(const ProxyOptions& options) {
  const double burst = options.rate_burst > 0 ? options.rate_burst : options.rate_limit;
  return {.per_second = options.rate_limit, .burst = std::max(1.0, burst)};
}

SessionLimits CallerLimits(const ProxyOptions& options) {
  SessionLimits limits;
  limits.idle_timeout = options.idle_timeout;
  // An upload that a role ends early leaves many frames under way, and so do calls that are
  // refused.
  limits.idle_frames = {.burst = 20'000, .per_second = 2'000};
  return limits;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  if (file && content) return content.str();
  return absl::InvalidArgumentError(absl::StrCat("cannot read ", path));
}

absl::StatusOr<std::shared_ptr<const TlsContext>> LoadTls(const TlsFiles& files) {
  if (!files.enabled()) return std::shared_ptr<const TlsContext>();
  SERIN_ASSIGN_OR_RETURN(const std::string certificate, ReadFile(files.certificate));
  SERIN_ASSIGN_OR_RETURN(const std::string key, ReadFile(files.private_key));
  return TlsContext::Create(certificate, key);
}

}  // namespace

// In order of construction: each is destroyed before those that it uses.
struct ProxyRole::Parts {
  Parts(ProxyOptions given, prometheus::Registry* registry, IdGenerator* id_generator)
      : options(std::move(given)),
        ids(id_generator),
        methods(routes),
        rpc_metrics(routes, registry),
        proxy_metrics(registry),
        traffic_metrics(registry),
        rates(RatesOf(options)),
        self(routes) {}

  absl::Status Start();
  void MakeLoops();
  absl::Status Listen();
  void Join();
  // Carries out a state from control.
  internal::v1::AppliedState Apply(const internal::v1::ClusterState& state);
  void Drain();

  const ProxyOptions options;
  IdGenerator* const ids;
  const RouteTable routes;
  const MethodIndex methods;
  RpcMetrics rpc_metrics;
  ProxyMetrics proxy_metrics;
  TrafficMetrics traffic_metrics;
  SharedCallerRates rates;
  LogWriter log;
  SelfServer self;
  std::atomic<bool> ready = false;
  std::unique_ptr<LoopGroup> threads;
  std::unique_ptr<WorkPool> work;                 // Its tasks post to the loops' threads.
  std::vector<std::unique_ptr<ProxyLoop>> loops;  // Each used only on its thread.
  std::unique_ptr<Listener> listener;
  int port = 0;
  std::unique_ptr<ClusterMember> member;
};

absl::Status ProxyRole::Parts::Start() {
  SERIN_RETURN_IF_ERROR(self.Start());
  MakeLoops();
  SERIN_RETURN_IF_ERROR(Listen());
  Join();
  return absl::OkStatus();
}

void ProxyRole::Parts::MakeLoops() {
  threads = std::make_unique<LoopGroup>(ThreadsOf(options));
  work = std::make_unique<WorkPool>(std::max<int>(1, static_cast<int>(threads->size()) / 2));
  loops.resize(threads->size());
  const ProxyShared shared = {.options = &options,
                              .routes = &routes,
                              .methods = &methods,
                              .metrics = &rpc_metrics,
                              .proxy_metrics = &proxy_metrics,
                              .log = &log,
                              .rates = &rates,
                              .work = work.get(),
                              .clock = Clock::Real(),
                              .ids = ids,
                              .self = self.target(),
                              .loops = static_cast<int>(threads->size())};
  threads->RunOnEach(
      [&](size_t i) { loops[i] = std::make_unique<ProxyLoop>(&(*threads)[i], shared); });
}

absl::Status ProxyRole::Parts::Listen() {
  ListenerOptions listening;
  listening.address = absl::StrCat(options.host, ":", options.port);
  listening.max_connections = static_cast<size_t>(options.max_connections);
  SERIN_ASSIGN_OR_RETURN(listening.tls, LoadTls(options.tls));
  std::vector<ListenerLoop> accepting(loops.size());
  for (size_t i = 0; i < loops.size(); ++i) {
    EpollLoop* const loop = &(*threads)[i];
    ProxyLoop* const acceptor = loops[i].get();
    const SessionLimits limits = CallerLimits(options);
    accepting[i].loop = loop;
    accepting[i].http2 = [=](NewConnection connection) {
      return ServeHttp2(loop, limits, acceptor, acceptor->Counted(std::move(connection)));
    };
    accepting[i].http1 = [=](NewConnection connection) {
      return ServeHttp1(loop, limits, acceptor, acceptor->Counted(std::move(connection)));
    };
  }
  SERIN_ASSIGN_OR_RETURN(listener, Listener::Listen(listening, std::move(accepting)));
  port = listener->port();
  return absl::OkStatus();
}

void ProxyRole::Parts::Join() {
  internal::v1::MemberHello hello;
  hello.set_role(internal::v1::MemberHello::ROLE_PROXY);
  member = std::make_unique<ClusterMember>(
      ConnectToRole(options.control), hello,
      [this](const internal::v1::ClusterState& state) { return Apply(state); });
}

internal::v1::AppliedState ProxyRole::Parts::Apply(const internal::v1::ClusterState& state) {
  const auto table = std::make_shared<const RoutingTable>(state);
  threads->RunOnEach([&](size_t i) { loops[i]->Update(table); });
  traffic_metrics.Update(state);
  ready = true;
  self.health().SetServing(true);
  internal::v1::AppliedState applied;
  applied.set_revision(state.revision());
  return applied;
}

// Ready or not, what was started goes in the reverse order.
void ProxyRole::Parts::Drain() {
  if (threads == nullptr) return;
  self.health().Shutdown();
  threads->RunOnEach([&](size_t i) { loops[i]->Drain(options.drain_timeout); });
  if (listener) listener->Drain(options.drain_timeout + kLastWords);
  member.reset();
  listener.reset();
  threads->RunOnEach([&](size_t i) { loops[i].reset(); });
  work.reset();
  threads.reset();
  log.Flush();
}

ProxyRole::ProxyRole(ProxyOptions options, prometheus::Registry* registry, IdGenerator* ids)
    : parts_(std::make_unique<Parts>(std::move(options), registry, ids)) {}

ProxyRole::~ProxyRole() { Drain(); }

absl::Status ProxyRole::Start() { return parts_->Start(); }

int ProxyRole::port() const { return parts_->port; }

bool ProxyRole::ready() const { return parts_->ready; }

void ProxyRole::Drain() { parts_->Drain(); }

}  // namespace serin
