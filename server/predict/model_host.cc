#include "server/predict/model_host.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/sha256.h"
#include "core/base/status_macros.h"
#include "core/bundle/bundle.h"
#include "server/rpc/log.h"

namespace serin {
namespace {

using internal::v1::ClusterState;
using internal::v1::LoadFailure;
using internal::v1::ModelState;
using internal::v1::ReplicaReport;

constexpr absl::Duration kRetryDelay = absl::Milliseconds(100);

std::string KeyOf(absl::string_view project, absl::string_view model, int32_t version) {
  return absl::StrCat(project, "/", ModelVersionName(model, version));
}

// Versions that calls, or copies of them, can reach without naming a number.
std::set<int32_t> InUse(const ModelState& model) {
  std::set<int32_t> versions;
  for (const auto& share : model.traffic()) {
    if (share.weight() > 0) versions.insert(share.version());
  }
  for (const auto& [alias, version] : model.aliases()) versions.insert(version);
  for (const auto& shadow : model.shadows()) versions.insert(shadow.version());
  return versions;
}

bool IsFinal(const absl::Status& fetch_error) {
  return absl::IsNotFound(fetch_error) || absl::IsDataLoss(fetch_error);
}

// Anything wrong with a bundle itself is final.
absl::Status Refusal(const absl::Status& error) {
  return absl::FailedPreconditionError(error.message());
}

v1::ReplicaVersion::State StateOf(LoadState state) {
  switch (state) {
    case LoadState::kReady:
      return v1::ReplicaVersion::STATE_READY;
    case LoadState::kRefused:
      return v1::ReplicaVersion::STATE_REFUSED;
    case LoadState::kLoading:
      break;
  }
  return v1::ReplicaVersion::STATE_LOADING;
}

void LogOutcome(const std::string& version, const absl::Status& outcome) {
  if (outcome.ok()) {
    LogEvent(LogLevel::kInfo, "model_loaded", {{"version", version}});
    return;
  }
  LogEvent(LogLevel::kWarning, absl::IsUnavailable(outcome) ? "model_not_fetched" : "model_refused",
           {{"version", version}, {"reason", outcome.message()}});
}

// What is made of a bundle.
struct Opened {
  std::unique_ptr<const Predictor> predictor;
  std::unique_ptr<const Explainer> explainer;
  std::unique_ptr<DriftCounter> drift;
};

std::unique_ptr<DriftCounter> DriftCounterFor(internal::v1::TrainingProfile profile,
                                              const internal::v1::Predictor& model) {
  if (!DriftCounter::Fits(profile, model)) return nullptr;
  return std::make_unique<DriftCounter>(std::move(profile), model);
}

absl::StatusOr<Opened> Open(const std::string& bytes, const std::string& sha256) {
  const std::string actual = Sha256Hex(bytes);
  if (actual != sha256) {
    return absl::DataLossError(
        absl::StrCat("the bundle's SHA-256 is ", actual, ", must be ", sha256));
  }
  SERIN_ASSIGN_OR_RETURN(internal::v1::Bundle bundle, DecodeBundle(bytes));
  Opened opened;
  // First: it checks what the others rely on.
  SERIN_ASSIGN_OR_RETURN(opened.predictor, LoadPredictor(bundle));
  SERIN_ASSIGN_OR_RETURN(opened.explainer, Explainer::Create(bundle));
  opened.drift = DriftCounterFor(std::move(*bundle.mutable_profile()), opened.predictor->model());
  return opened;
}

}  // namespace

struct ModelHost::Wanted {
  std::string key;
  Version version;
  bool in_use;
};

ModelHost::ModelHost(BundleSource source, PredictMetrics* metrics, const Clock* clock)
    : source_(std::move(source)),
      metrics_(metrics),
      clock_(clock),
      published_(std::make_shared<const ByName>()) {}

bool ModelHost::Apply(const ClusterState& state, const LoadHooks& hooks) {
  const std::vector<Wanted> wanted = WantedBy(state);
  Reconcile(wanted);
  hooks.changed();
  bool settled = true;
  for (const Wanted& one : wanted) {
    if (versions_.at(one.key)->state != LoadState::kLoading) continue;
    if (hooks.superseded()) return false;
    settled = Try(one) && settled;
    hooks.changed();
  }
  if (!applied_.HasBeenNotified()) applied_.Notify();
  return settled;
}

ReplicaReport ModelHost::Report() const {
  const std::shared_ptr<const ByName> versions = published_.Get();
  std::vector<const Version*> ordered;
  for (const auto& [key, version] : *versions) ordered.push_back(version.get());
  std::sort(ordered.begin(), ordered.end(), [](const Version* a, const Version* b) {
    return std::tie(a->project, a->model_id, a->number) <
           std::tie(b->project, b->model_id, b->number);
  });
  ReplicaReport report;
  for (const Version* version : ordered) {
    *report.add_versions() = ReportOf(*version);
    if (version->state == LoadState::kReady) {
      SetName(*version, report.add_loaded());
    } else if (!version->error.ok()) {
      LoadFailure* failure = report.add_failures();
      SetName(*version, failure);
      failure->set_reason(std::string(version->error.message()));
      failure->set_will_retry(version->state == LoadState::kLoading);
    }
  }
  return report;
}

internal::v1::VersionReport ModelHost::ReportOf(const Version& version) {
  internal::v1::VersionReport report;
  report.set_project(version.project);
  report.set_model(version.model_id);
  v1::ReplicaVersion& at_replica = *report.mutable_version();
  at_replica.set_version(version.number);
  at_replica.set_state(StateOf(version.state));
  at_replica.set_reason(std::string(version.error.message()));
  if (version.model != nullptr) {
    at_replica.set_memory_bytes(static_cast<int64_t>(version.model->predictor->memory_bytes()));
  }
  *at_replica.mutable_state_time() = ToProto(version.state_time);
  return report;
}

std::vector<HostedVersion> ModelHost::Versions(absl::string_view project) const {
  const std::shared_ptr<const ByName> versions = published_.Get();
  std::vector<HostedVersion> hosted;
  for (const auto& [key, version] : *versions) {
    if (version->project != project) continue;
    hosted.push_back({.model = version->model_id,
                      .version = version->number,
                      .state = version->state,
                      .error = version->error,
                      .loaded = version->model});
  }
  std::sort(hosted.begin(), hosted.end(), [](const HostedVersion& a, const HostedVersion& b) {
    return std::tie(a.model, a.version) < std::tie(b.model, b.version);
  });
  return hosted;
}

std::vector<ModelHost::Wanted> ModelHost::WantedBy(const ClusterState& state) {
  std::vector<Wanted> wanted;
  for (const ModelState& model : state.models()) {
    const std::set<int32_t> in_use = InUse(model);
    for (const auto& version : model.versions()) {
      wanted.push_back({KeyOf(model.project(), model.model(), version.version()),
                        {.project = model.project(),
                         .model_id = model.model(),
                         .number = version.version(),
                         .bundle_sha256 = version.bundle_sha256()},
                        in_use.contains(version.version())});
    }
  }
  std::stable_sort(wanted.begin(), wanted.end(),
                   [](const Wanted& a, const Wanted& b) { return a.in_use && !b.in_use; });
  return wanted;
}

void ModelHost::Reconcile(const std::vector<Wanted>& wanted) {
  ByName next;
  for (const Wanted& one : wanted) {
    const auto it = versions_.find(one.key);
    // A model that was deleted and made anew may have a version of the same name.
    if (it != versions_.end() && it->second->bundle_sha256 == one.version.bundle_sha256) {
      next.insert(*it);
    } else {
      auto added = std::make_shared<Version>(one.version);
      added->state_time = clock_->Now();
      next[one.key] = std::move(added);
    }
  }
  versions_.swap(next);
  Publish();
}

bool ModelHost::Try(const Wanted& wanted) {
  Transition(wanted, Load(wanted));
  return versions_.at(wanted.key)->state != LoadState::kLoading;
}

absl::StatusOr<std::shared_ptr<const LoadedModel>> ModelHost::Load(const Wanted& wanted) const {
  const Version& version = wanted.version;
  const auto bytes = source_(version.project, version.bundle_sha256);
  if (!bytes.ok())
    return IsFinal(bytes.status()) ? Refusal(bytes.status())
                                   : UnavailableRetryAfter(bytes.status().message(), kRetryDelay);
  absl::StatusOr<Opened> opened = Open(*bytes, version.bundle_sha256);
  if (!opened.ok()) return Refusal(opened.status());
  return std::make_shared<const LoadedModel>(
      version.project, version.model_id, version.number, std::move(opened->predictor),
      std::move(opened->explainer), std::move(opened->drift),
      metrics_->For(version.project, version.model_id, version.number));
}

void ModelHost::Transition(const Wanted& wanted,
                           absl::StatusOr<std::shared_ptr<const LoadedModel>> outcome) {
  auto next = std::make_shared<Version>(*versions_.at(wanted.key));
  // What is tried again and again is told once.
  if (outcome.ok() || outcome.status() != next->error) LogOutcome(wanted.key, outcome.status());
  next->error = outcome.status();
  if (outcome.ok()) {
    next->state = LoadState::kReady;
    next->state_time = clock_->Now();
    next->model = *std::move(outcome);
  } else if (!absl::IsUnavailable(outcome.status())) {
    next->state = LoadState::kRefused;
    next->state_time = clock_->Now();
  }
  versions_[wanted.key] = std::move(next);
  Publish();
}

absl::StatusOr<std::shared_ptr<const LoadedModel>> ModelHost::Find(absl::string_view project,
                                                                   absl::string_view model,
                                                                   int32_t version) const {
  const std::shared_ptr<const ByName> versions = published_.Get();
  const auto it = versions->find(KeyOf(project, model, version));
  if (it == versions->end()) {
    if (ready()) return ResourceNotFound(ModelVersionName(model, version));
    return UnavailableRetryAfter("the predictor has not heard from control yet", kRetryDelay);
  }
  const Version& found = *it->second;
  switch (found.state) {
    case LoadState::kReady:
      return found.model;
    case LoadState::kRefused:
      return absl::FailedPreconditionError(absl::StrCat(
          ModelVersionName(model, version), " cannot be served: ", found.error.message()));
    case LoadState::kLoading:
      break;
  }
  return UnavailableRetryAfter(absl::StrCat(ModelVersionName(model, version), " is loading"),
                               kRetryDelay);
}

}  // namespace serin
