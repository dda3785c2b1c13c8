#include "server/control/traffic_changes.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"

namespace serin {
namespace {

using Verdict = TrafficReadiness::Verdict;

constexpr absl::Duration kRetryDelay = absl::Seconds(1);

// What has to be loaded for the setting to take effect.
std::vector<int32_t> VersionsOf(const TrafficSetting& setting) {
  std::vector<int32_t> versions;
  for (const v1::TrafficWeight& share : setting.traffic) {
    if (share.weight() > 0) versions.push_back(share.version());
  }
  // Copies that nobody can answer would be dropped without a word.
  for (const v1::ShadowTraffic& shadow : setting.shadows) versions.push_back(shadow.version());
  return versions;
}

absl::Status Refused(absl::string_view version, absl::string_view reason) {
  return WithReason(
      absl::FailedPreconditionError(absl::StrCat(
          version, " cannot take traffic: the predictors refused to load it: ", reason)),
      "VERSION_REFUSED");
}

absl::Status NotReady(absl::string_view version, absl::string_view reason) {
  return WithRetryDelay(
      WithReason(absl::UnavailableError(absl::StrCat(version, " cannot take traffic yet: ", reason,
                                                     "; the traffic is as it was")),
                 "TRAFFIC_NOT_READY"),
      kRetryDelay);
}

absl::Status Replaced(absl::string_view model) {
  return WithReason(
      absl::AbortedError(
          absl::StrCat("the traffic of ", model, " was set again before this setting took effect")),
      "TRAFFIC_REPLACED");
}

absl::Status Stopping() { return UnavailableRetryAfter("control is stopping", kRetryDelay); }

}  // namespace

TrafficChanges::TrafficChanges(const Clock* clock, ModelRegistry* registry,
                               ClusterPublisher* publisher, TrafficChangeOptions options)
    : clock_(clock), registry_(registry), publisher_(publisher), options_(options) {}

void TrafficChanges::Begin(std::string project, std::string model, TrafficSetting setting,
                           DoneFn done) {
  // What can never be is refused without waiting for anybody.
  if (absl::Status wrong = registry_->CheckTraffic(project, model, setting); !wrong.ok()) {
    return done(std::move(wrong));
  }
  Change change = {std::move(project), std::move(model), std::move(setting), clock_->Now(),
                   std::move(done)};
  Callbacks callbacks;
  {
    absl::MutexLock lock(&mutex_);
    Replace(change, callbacks);
    if (!Advance(change, callbacks)) changes_.push_back(std::move(change));
    Preload();
  }
  for (const auto& callback : callbacks) callback();
}

void TrafficChanges::Replace(const Change& later, Callbacks& callbacks) {
  for (auto it = changes_.begin(); it != changes_.end();) {
    const auto next = std::next(it);
    if (it->project == later.project && it->model == later.model) {
      callbacks.push_back(
          [done = std::move(it->done), error = Replaced(ModelName(later.model))] { done(error); });
      changes_.erase(it);
    }
    it = next;
  }
}

void TrafficChanges::Step() {
  Callbacks callbacks;
  {
    absl::MutexLock lock(&mutex_);
    for (auto it = changes_.begin(); it != changes_.end();) {
      const auto next = std::next(it);
      if (Advance(*it, callbacks)) changes_.erase(it);
      it = next;
    }
    Preload();
  }
  for (const auto& callback : callbacks) callback();
}

void TrafficChanges::Drain() {
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
  }
  Step();
}

bool TrafficChanges::Advance(const Change& change, Callbacks& callbacks) {
  const auto end = [&](absl::Status error) {
    callbacks.push_back([done = change.done, error = std::move(error)] { done(error); });
    return true;
  };
  if (draining_) return end(Stopping());
  // A version may have been deleted meanwhile.
  if (absl::Status wrong = registry_->CheckTraffic(change.project, change.model, change.setting);
      !wrong.ok()) {
    return end(std::move(wrong));
  }
  const TrafficReadiness readiness =
      publisher_->Judge(change.project, change.model, VersionsOf(change.setting));
  const std::string version = ModelVersionName(change.model, readiness.version);
  const absl::Duration waited = clock_->Now() - change.begun;
  if (readiness.verdict == Verdict::kRefused) return end(Refused(version, readiness.reason));
  if (readiness.verdict == Verdict::kReady ||
      (readiness.verdict == Verdict::kUsable && waited >= options_.patience)) {
    Write(change, callbacks);
    return true;
  }
  if (waited >= options_.timeout) return end(NotReady(version, readiness.reason));
  return false;
}

void TrafficChanges::Preload() {
  std::vector<ClusterPublisher::Preload> preloads;
  for (const Change& change : changes_) {
    preloads.push_back({change.project, change.model, VersionsOf(change.setting)});
  }
  publisher_->SetPreloads(std::move(preloads));
}

void TrafficChanges::Write(const Change& change, Callbacks& callbacks) {
  absl::StatusOr<v1::Model> written =
      registry_->SetTraffic(change.project, change.model, change.setting);
  if (!written.ok()) {
    callbacks.push_back([done = change.done, error = written.status()] { done(error); });
    return;
  }
  callbacks.push_back([publisher = publisher_, done = change.done, model = *std::move(written)] {
    publisher->WhenProxiesApplied([done, model] { done(model); });
  });
}

}  // namespace serin
