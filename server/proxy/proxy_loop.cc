#include "server/proxy/proxy_loop.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/base/errors.h"
#include "server/http/connector.h"
#include "server/http/grpc_wire.h"

namespace serin {
namespace {

constexpr absl::Duration kRetryDelay = absl::Seconds(1);
constexpr absl::Duration kPublishInterval = absl::Seconds(1);

// Upstreams are ours: what they may cost is bounded by the calls that are let in, and not by guards
// against hostile peers. One that is silent while calls wait for it is given up within 4 s, and its
// calls, where they may be repeated, go to another.
ConnectorOptions UpstreamConnections() {
  constexpr Rate kAnyRate = {.burst = 1'000'000'000, .per_second = 1'000'000'000};
  ConnectorOptions options;
  options.connect_timeout = absl::Seconds(2);
  options.limits.max_concurrent_streams = 4096;
  options.limits.connection_window = 64 << 20;  // Callers that do not read stop nobody else.
  options.limits.keepalive_interval = absl::Seconds(2);
  options.limits.keepalive_timeout = absl::Seconds(2);
  // The answer of one that was spared because it hung is what brings it back.
  options.limits.keepalive_when_idle = true;
  options.limits.idle_timeout = absl::InfiniteDuration();
  options.limits.quick_resets = kAnyRate;
  options.limits.idle_frames = kAnyRate;
  options.limits.bad_requests = kAnyRate;
  return options;
}

StaticTargets TargetsOf(const ProxyShared& shared) {
  const ProxyOptions& options = *shared.options;
  StaticTargets targets = {.dataset = options.dataset,
                           .control = options.control,
                           .predict = options.predict_targets,
                           .self = shared.self};
  if (targets.predict.empty() && !options.predict.empty()) targets.predict = {options.predict};
  return targets;
}

// Each loop has its share of what all may take on.
int MaxCallsOf(const ProxyShared& shared) {
  return std::max(1, shared.options->max_calls / shared.loops);
}

FrontOptions FrontOptionsOf(const ProxyOptions& options) {
  FrontOptions front;
  front.allowed_origins = options.cors_origins;
  front.max_body_bytes = static_cast<size_t>(options.max_message_bytes);
  return front;
}

uint32_t MaxMessage(int64_t bytes) {
  return static_cast<uint32_t>(std::min<int64_t>(bytes, std::numeric_limits<uint32_t>::max()));
}

}  // namespace

ProxyLoop::ProxyLoop(EpollLoop* loop, const ProxyShared& shared)
    : connector_(MakeConnector(loop, UpstreamConnections())),
      upstreams_(loop, connector_.get(), TargetsOf(shared)),
      admission_(MaxCallsOf(shared), shared.rates),
      deadlines_(loop),
      shadows_(&upstreams_.pool(UpstreamRole::kPredict), &deadlines_, loop),
      log_(loop, shared.clock, shared.log, shared.options->access_log_sample),
      services_({.loop = loop,
                 .routes = shared.routes,
                 .upstreams = &upstreams_,
                 .admission = &admission_,
                 .retries = &retries_,
                 .shadows = &shadows_,
                 .counters = &counters_,
                 .deadlines = &deadlines_,
                 .metrics = shared.metrics,
                 .log = &log_,
                 .ids = shared.ids,
                 .random = &random_,
                 .max_message_bytes = MaxMessage(shared.options->max_message_bytes),
                 .hedge = shared.options->hedge}),
      grpc_(&services_),
      json_(loop, &grpc_, shared.methods, FrontOptionsOf(*shared.options),
            {.offload = [work = shared.work](auto task) { work->Run(std::move(task)); },
             .refused =
                 [this](const CallRecord& request) {
                   services_.metrics->Record(nullptr, request.status.code(), request.duration);
                   log_.Add(request);
                 }}),
      end_of_grace_(loop->MakeTimer([this] {
        grpc_.AbortAll(UnavailableRetryAfter("the server is stopping", kRetryDelay));
      })),
      proxy_metrics_(shared.proxy_metrics),
      publish_timer_(loop->MakeTimer([this] {
        Publish();
        publish_timer_->Arm(kPublishInterval);
      })) {
  publish_timer_->Arm(kPublishInterval);
  upstreams_.pool(UpstreamRole::kPredict).set_stall_observer([this](const Endpoint* endpoint) {
    grpc_.OnStalled(endpoint);
  });
}

// What is in flight goes with it.
ProxyLoop::~ProxyLoop() {
  Publish();
  ProxySnapshot last = published_;
  last.roles = {};
  for (size_t i = 0; i < last.roles.size(); ++i) {
    last.roles[i].ejections = published_.roles[i].ejections;
  }
  last.connections = 0;
  last.calls = 0;
  last.prediction_limit = 0;
  proxy_metrics_->Publish(published_, last);
}

void ProxyLoop::Publish() {
  const ProxySnapshot now = Snapshot();
  proxy_metrics_->Publish(published_, now);
  published_ = now;
}

ProxySnapshot ProxyLoop::Snapshot() {
  ProxySnapshot now = {.counters = counters_,
                       .overloaded = admission_.overloaded(),
                       .rate_limited = admission_.rate_limited(),
                       .connections = connections_,
                       .calls = admission_.calls(),
                       .prediction_limit = admission_.prediction_limit()};
  for (size_t i = 0; i < now.roles.size(); ++i) {
    const UpstreamPool& pool = upstreams_.pool(static_cast<UpstreamRole>(i));
    now.roles[i] = {.ejections = pool.ejections(),
                    .in_flight = pool.outstanding(),
                    .connections = static_cast<int64_t>(pool.connections())};
  }
  return now;
}

void ProxyLoop::OnRequest(std::unique_ptr<HttpStream> stream, Headers head, bool end,
                          const Peer& peer) {
  StreamAcceptor& front = IsGrpcContentType(head.Get("content-type"))
                              ? static_cast<StreamAcceptor&>(grpc_)
                              : static_cast<StreamAcceptor&>(json_);
  front.OnRequest(std::move(stream), std::move(head), end, peer);
}

NewConnection ProxyLoop::Counted(NewConnection connection) {
  ++connections_;
  connection.on_closed = [this, on_closed = std::move(connection.on_closed)] {
    --connections_;
    on_closed();
  };
  return connection;
}

void ProxyLoop::Drain(absl::Duration grace) {
  grpc_.Refuse(UnavailableRetryAfter("the server is stopping", kRetryDelay));
  end_of_grace_->Arm(grace);
}

}  // namespace serin
