#include "server/control/cluster_publisher.h"

#include <algorithm>
#include <utility>

#include "server/control/cluster_state.h"
#include "server/rpc/log.h"

namespace serin {

using internal::v1::ClusterState;
using internal::v1::MemberHello;
using internal::v1::ReplicaReport;

namespace {

constexpr int kAllListeners = 0;
constexpr MemberRole kProxy = MemberHello::ROLE_PROXY;
constexpr MemberRole kPredict = MemberHello::ROLE_PREDICT;

// Before the first state for proxies. A restarted control must go on above the one before it, which
// published far less than once a millisecond.
ClusterPublisher::State FirstProxyState(const Clock& clock) {
  auto state = std::make_shared<ClusterState>();
  state->set_revision(static_cast<uint64_t>(std::max<int64_t>(0, absl::ToUnixMillis(clock.Now()))));
  return state;
}

void LogMember(absl::string_view event, const MemberHello& hello) {
  LogEvent(LogLevel::kInfo, event,
           {{"role", hello.role() == kProxy ? "proxy" : "predict"},
            {"member", hello.id()},
            {"address", hello.address()}});
}

}  // namespace

ClusterPublisher::ClusterPublisher(const Clock* clock, PublisherOptions options,
                                   ClusterMetrics* metrics, std::function<void()> on_replicas)
    : clock_(clock),
      options_(options),
      metrics_(metrics),
      on_replicas_(std::move(on_replicas)),
      models_(std::make_shared<ClusterState>()),
      predict_state_(models_),
      proxy_state_(FirstProxyState(*clock)),
      membership_(options.leave_grace) {}

void ClusterPublisher::Publish(State models) {
  {
    absl::MutexLock lock(&mutex_);
    if (settled_at_ == absl::InfiniteFuture()) {
      settled_at_ = clock_->Now() + options_.settle_time;
    }
    models_ = std::move(models);
    RebuildForPredictors();
    Rebuild();
  }
  listeners_.NotifyAll();
}

void ClusterPublisher::SetPreloads(std::vector<Preload> preloads) {
  {
    absl::MutexLock lock(&mutex_);
    if (preloads == preloads_) return;
    preloads_ = std::move(preloads);
    RebuildForPredictors();
  }
  listeners_.NotifyAll();
}

void ClusterPublisher::RebuildForPredictors() {
  predict_state_ = models_;
  if (preloads_.empty()) return;
  auto next = std::make_shared<ClusterState>(*models_);
  for (const Preload& preload : preloads_) {
    internal::v1::ModelState* model = FindModel(*next, preload.project, preload.model);
    if (model == nullptr) continue;
    model->mutable_preload()->Add(preload.versions.begin(), preload.versions.end());
  }
  predict_state_ = std::move(next);
}

void ClusterPublisher::Rebuild() {
  auto next = std::make_shared<ClusterState>(*models_);
  next->set_revision(proxy_state_->revision() + 1);
  next->set_settling(clock_->Now() < settled_at_);
  for (internal::v1::ModelState& model : *next->mutable_models()) model.clear_log_hash_key();
  membership_.FillReplicas(next.get());
  proxy_state_ = std::move(next);
}

ClusterPublisher::State ClusterPublisher::state(MemberRole role) const {
  absl::MutexLock lock(&mutex_);
  return role == kProxy ? proxy_state_ : predict_state_;
}

ClusterPublisher::Member::~Member() {
  subscription_.reset();
  publisher_->Leave(session_);
}

std::unique_ptr<ClusterPublisher::Member> ClusterPublisher::Join(MemberHello hello,
                                                                 std::function<void()> on_change) {
  const MemberRole role = hello.role();
  uint64_t session = 0;
  {
    absl::MutexLock lock(&mutex_);
    session = membership_.Join(std::move(hello));
    LogMember("member_joined", membership_.Find(session)->hello);
    CountMembers();
    if (role == kPredict) Rebuild();
  }
  auto member = std::make_unique<Member>(this, role, session);
  member->subscription_ = listeners_.Add(kAllListeners, std::move(on_change));
  // Of proxies too: the session that this one replaces has to end.
  TellOfReplicas();
  return member;
}

void ClusterPublisher::Leave(uint64_t session) {
  {
    absl::MutexLock lock(&mutex_);
    leaving_.erase(session);
    const MemberStatus* member = membership_.Find(session);
    if (member == nullptr) return;
    LogMember(member->report.draining() ? "member_left" : "member_disconnected", member->hello);
    if (membership_.Leave(session, clock_->Now())) Rebuild();
    CountMembers();
  }
  TellOfReplicas();
}

void ClusterPublisher::Applied(uint64_t session, uint64_t revision) {
  bool anyone_leaving = false;
  {
    absl::MutexLock lock(&mutex_);
    membership_.Applied(session, revision);
    anyone_leaving = !leaving_.empty();
  }
  EndWaits();
  if (anyone_leaving) listeners_.NotifyAll();
}

void ClusterPublisher::Report(uint64_t session, ReplicaReport report) {
  {
    absl::MutexLock lock(&mutex_);
    const bool draining = report.draining();
    if (!membership_.Report(session, std::move(report))) return;  // Often the same again.
    Rebuild();
    if (draining) leaving_.emplace(session, proxy_state_->revision());
  }
  TellOfReplicas();
}

void ClusterPublisher::ReportLoad(uint64_t session, double load) {
  absl::MutexLock lock(&mutex_);
  membership_.ReportLoad(session, load);
}

void ClusterPublisher::ReportDistributions(uint64_t session,
                                           internal::v1::DistributionReport distributions) {
  absl::MutexLock lock(&mutex_);
  membership_.ReportDistributions(session, std::move(distributions));
}

std::vector<internal::v1::VersionDistribution> ClusterPublisher::DistributionsOf(
    absl::string_view project, absl::string_view model, int32_t version) const {
  std::vector<internal::v1::VersionDistribution> found;
  absl::MutexLock lock(&mutex_);
  for (const auto& [id, member] : membership_.members()) {
    for (const internal::v1::VersionDistribution& reported : member.distributions.versions()) {
      if (reported.project() == project && reported.model() == model &&
          reported.version() == version) {
        found.push_back(reported);
      }
    }
  }
  return found;
}

bool ClusterPublisher::Dismissed(uint64_t session) const {
  absl::MutexLock lock(&mutex_);
  if (membership_.Find(session) == nullptr) return true;
  const auto leaving = leaving_.find(session);
  return leaving != leaving_.end() && membership_.AllApplied(kProxy, leaving->second);
}

void ClusterPublisher::TellOfReplicas() {
  EndWaits();
  listeners_.NotifyAll();
  if (on_replicas_) on_replicas_();
}

void ClusterPublisher::WhenApplied(std::function<void()> done) {
  Wait wait;
  {
    absl::MutexLock lock(&mutex_);
    wait.models_revision = models_->revision();
  }
  wait.done = std::move(done);
  AddWait(std::move(wait));
}

void ClusterPublisher::WhenProxiesApplied(std::function<void()> done) {
  Wait wait;
  {
    absl::MutexLock lock(&mutex_);
    wait.proxy_revision = proxy_state_->revision();
  }
  wait.done = std::move(done);
  AddWait(std::move(wait));
}

void ClusterPublisher::AddWait(Wait wait) {
  wait.deadline = clock_->Now() + options_.apply_timeout;
  {
    absl::MutexLock lock(&mutex_);
    waits_.push_back(std::move(wait));
  }
  EndWaits();
}

TrafficReadiness ClusterPublisher::Judge(absl::string_view project, absl::string_view model,
                                         const std::vector<int32_t>& versions) const {
  absl::MutexLock lock(&mutex_);
  return JudgeTraffic(membership_.members(), project, model, versions);
}

std::vector<v1::ReplicaVersion> ClusterPublisher::ReplicaVersions(absl::string_view project,
                                                                  absl::string_view model) const {
  absl::MutexLock lock(&mutex_);
  return membership_.VersionsOf(project, model);
}

void ClusterPublisher::Step() {
  bool changed = false;
  {
    absl::MutexLock lock(&mutex_);
    const absl::Time now = clock_->Now();
    const std::vector<MemberStatus> forgotten = membership_.Expire(now);
    for (const MemberStatus& member : forgotten) LogMember("member_forgotten", member.hello);
    changed = !forgotten.empty() || (proxy_state_->settling() && now >= settled_at_);
    if (changed) Rebuild();
  }
  if (changed) return TellOfReplicas();
  EndWaits();
}

void ClusterPublisher::Drain() {
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
  }
  EndWaits();
  listeners_.NotifyAll();
}

bool ClusterPublisher::draining() const {
  absl::MutexLock lock(&mutex_);
  return draining_;
}

bool ClusterPublisher::Advance(Wait& wait) {
  if (draining_ || wait.deadline <= clock_->Now()) return true;
  if (wait.models_revision) {
    if (!membership_.AllApplied(kPredict, *wait.models_revision)) return false;
    wait.models_revision.reset();
    wait.proxy_revision = proxy_state_->revision();
  }
  return membership_.AllApplied(kProxy, wait.proxy_revision);
}

void ClusterPublisher::EndWaits() {
  std::list<Wait> over;
  {
    absl::MutexLock lock(&mutex_);
    for (auto wait = waits_.begin(); wait != waits_.end();) {
      const auto next = std::next(wait);
      if (Advance(*wait)) over.splice(over.end(), waits_, wait);
      wait = next;
    }
  }
  for (const Wait& wait : over) wait.done();
}

void ClusterPublisher::CountMembers() {
  metrics_->Set(membership_.Count(kProxy), membership_.Count(kPredict));
}

}  // namespace serin
