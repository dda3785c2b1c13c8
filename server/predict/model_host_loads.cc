#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "server/predict/memory_budget.h"
#include "server/predict/model_host.h"
#include "server/predict/open_bundle.h"
#include "server/rpc/log.h"

// What loads and unloads versions.

namespace serin {
namespace {

constexpr absl::Duration kRetryDelay = absl::Milliseconds(100);

bool IsFinal(const absl::Status& fetch_error) {
  return absl::IsNotFound(fetch_error) || absl::IsDataLoss(fetch_error);
}

// Anything wrong with a bundle itself is final.
absl::Status Refusal(const absl::Status& error) {
  return absl::FailedPreconditionError(error.message());
}

absl::Status FitsNowhere(size_t bytes, size_t budget, size_t staying) {
  const std::string others =
      staying == 0 ? ""
                   : absl::StrCat(", of which ", staying,
                                  " bytes are taken by versions that are needed more");
  return absl::FailedPreconditionError(
      absl::StrCat("it takes ", bytes, " bytes in memory, where models may take ", budget,
                   " bytes (--predict_memory_bytes)", others));
}

std::string Logged(const VersionName& name) {
  return absl::StrCat(name.project, "/", ModelVersionName(name.model, name.version));
}

// Where an attempt to load, or an unloading, has led.
void LogState(const HostedVersion& version) {
  const std::string name = Logged(version.wanted.name);
  switch (version.state) {
    case LoadState::kReady:
      return LogEvent(LogLevel::kInfo, "model_loaded",
                      {{"version", name}, {"memory_bytes", version.loaded->memory_bytes}});
    case LoadState::kRefused:
      return LogEvent(LogLevel::kWarning, "model_refused",
                      {{"version", name}, {"reason", version.error.message()}});
    case LoadState::kLoading:
    case LoadState::kUnloaded:
      break;
  }
  if (version.error.ok()) return LogEvent(LogLevel::kInfo, "model_unloaded", {{"version", name}});
  LogEvent(LogLevel::kWarning, "model_not_fetched",
           {{"version", name}, {"reason", version.error.message()}});
}

}  // namespace

bool ModelHost::HasToLoad(const VersionName& name) {
  std::function<void()> changed;
  {
    absl::MutexLock lock(&mutex_);
    Slot& slot = versions_.at(name);
    const Slot unchanged = slot;
    const HostedVersion& version = *unchanged;
    const bool is_unloaded = version.state == LoadState::kUnloaded;
    if (is_unloaded && version.wanted.need == Need::kIdle) return false;
    if (version.state != LoadState::kLoading && !is_unloaded) return false;
    if (version.wanted.need == Need::kTraffic || waiting_.Has(name) ||
        HasRoom(version, /*called=*/false)) {
      if (is_unloaded) Change(Edit(&slot), LoadEvent::kNeeded, version.error);
      return true;
    }
    if (is_unloaded) return false;
    Change(Edit(&slot), LoadEvent::kSetAside);
    Publish();
    changed = changed_;
  }
  changed();
  return false;
}

bool ModelHost::LoadWanted(const VersionName& name) {
  std::optional<WantedVersion> claimed;
  {
    absl::MutexLock lock(&mutex_);
    claimed = Claim(name);
  }
  if (claimed) Settle(*claimed, Load(*claimed), LoadEvent::kNotFetched);
  absl::MutexLock lock(&mutex_);
  return versions_.at(name)->state != LoadState::kLoading;
}

void ModelHost::LoadForCalls(const VersionName& name) {
  std::optional<WantedVersion> claimed;
  {
    absl::MutexLock lock(&mutex_);
    claimed = Claim(name);
    if (claimed && !waiting_.Has(name)) {  // All have left.
      loading_.erase(name);
      Change(Edit(&versions_.at(name)), LoadEvent::kSetAside);
      return Publish();
    }
  }
  if (claimed) Settle(*claimed, Load(*claimed), LoadEvent::kSetAside);
}

std::optional<WantedVersion> ModelHost::Claim(const VersionName& name) {
  const auto it = versions_.find(name);
  if (it == versions_.end() || it->second->state != LoadState::kLoading) return std::nullopt;
  if (!loading_.insert(name).second) return std::nullopt;
  return it->second->wanted;
}

ModelHost::Outcome ModelHost::Load(const WantedVersion& wanted) const {
  absl::StatusOr<std::string> bytes = source_(wanted.name.project, wanted.bundle_sha256);
  if (!bytes.ok()) {
    if (IsFinal(bytes.status())) return Refusal(bytes.status());
    return UnavailableRetryAfter(bytes.status().message(), kRetryDelay);
  }
  Outcome opened = OpenBundle(*std::move(bytes), wanted, metrics_);
  if (!opened.ok()) return Refusal(opened.status());
  return opened;
}

void ModelHost::Settle(const WantedVersion& tried, const Outcome& outcome,
                       LoadEvent if_not_fetched) {
  // So that what is unloaded is not destroyed before the lock is free.
  const std::shared_ptr<const VersionTable> before = published_.Get();
  std::vector<ModelWaiter*> waiters;
  Outcome news = outcome;
  std::function<void()> changed;
  {
    absl::MutexLock lock(&mutex_);
    loading_.erase(tried.name);
    const auto it = versions_.find(tried.name);
    // Gone from the state meanwhile: who waited was told.
    if (it == versions_.end() || it->second->wanted.bundle_sha256 != tried.bundle_sha256) return;
    HostedVersion* const version = Edit(&it->second);
    const absl::Status error_before = version->error;
    if (outcome.ok()) {
      Admit(*outcome, version);
    } else {
      Change(version, absl::IsUnavailable(outcome.status()) ? if_not_fetched : LoadEvent::kRefused,
             outcome.status());
    }
    Count(*version);
    // What is tried again and again is told once.
    if (version->error.ok() || version->error != error_before) LogState(*version);
    if (version->state != LoadState::kReady) news = WhyNotReady(*version);
    waiters = TakeWaiters(tried.name);
    Publish();
    changed = changed_;
  }
  Tell(waiters, news);
  changed();
}

void ModelHost::Admit(std::shared_ptr<const LoadedModel> model, HostedVersion* version) {
  version->memory_bytes = model->memory_bytes;
  const Newcomer newcomer = {.bytes = model->memory_bytes,
                             .need = version->wanted.need,
                             .called = waiting_.Has(version->wanted.name)};
  const Ready ready = ReadyVersions();
  const auto leaving = MakeRoom(ready.residents, options_.memory_bytes, newcomer);
  if (!leaving && !newcomer.called && newcomer.need != Need::kTraffic) {
    return Change(version, LoadEvent::kSetAside);
  }
  if (!leaving) {
    version->lacks_room = true;
    return Change(version, LoadEvent::kRefused,
                  FitsNowhere(newcomer.bytes, options_.memory_bytes,
                              BytesThatStay(ready.residents, newcomer)));
  }
  for (const size_t i : *leaving) {
    HostedVersion* const left = Edit(ready.slots[i]);
    Change(left, LoadEvent::kSetAside);
    load_metrics_.unloads.Increment();
    LogState(*left);
  }
  version->loaded = std::move(model);
  version->last_use->Mark(clock_->Now());
  Change(version, LoadEvent::kLoaded);
}

ModelHost::Ready ModelHost::ReadyVersions() {
  Ready ready;
  for (auto& [name, slot] : versions_) {
    if (slot->state != LoadState::kReady) continue;
    ready.slots.push_back(&slot);
    ready.residents.push_back({.bytes = slot->loaded->memory_bytes,
                               .need = slot->wanted.need,
                               .last_use = slot->last_use->ms()});
  }
  return ready;
}

bool ModelHost::HasRoom(const HostedVersion& version, bool called) {
  // A version that was never loaded takes about as much as its bundle, or more.
  const Newcomer newcomer = {.bytes = version.memory_bytes.value_or(version.wanted.bundle_bytes),
                             .need = version.wanted.need,
                             .called = called};
  return MakeRoom(ReadyVersions().residents, options_.memory_bytes, newcomer).has_value();
}

HostedVersion* ModelHost::Edit(Slot* slot) {
  auto copy = std::make_shared<HostedVersion>(**slot);
  HostedVersion* const version = copy.get();
  *slot = std::move(copy);
  return version;
}

void ModelHost::Change(HostedVersion* version, LoadEvent event, absl::Status error) const {
  const std::optional<LoadState> next = Next(version->state, event);
  if (!next) return;
  if (*next != version->state) version->state_time = clock_->Now();
  version->state = *next;
  version->error = std::move(error);
  if (version->state != LoadState::kReady) version->loaded = nullptr;
}

void ModelHost::Publish() {
  VersionTable::Versions versions;
  size_t loaded = 0;
  size_t bytes = 0;
  for (const auto& [name, version] : versions_) {
    versions.push_back(version);
    if (version->state != LoadState::kReady) continue;
    ++loaded;
    bytes += version->loaded->memory_bytes;
  }
  load_metrics_.loaded.Set(static_cast<double>(loaded));
  load_metrics_.memory_bytes.Set(static_cast<double>(bytes));
  published_.Set(std::make_shared<const VersionTable>(std::move(versions)));
}

void ModelHost::Count(const HostedVersion& tried) const {
  if (tried.state == LoadState::kRefused) return load_metrics_.refused.Increment();
  (tried.error.ok() ? load_metrics_.loads : load_metrics_.not_fetched).Increment();
}

}  // namespace serin
