#include "server/predict/version_report.h"

#include <string>

#include "core/base/clock.h"

namespace serin {
namespace {

using internal::v1::LoadFailure;
using internal::v1::ReplicaReport;
using internal::v1::VersionReport;

v1::ReplicaVersion::State StateOf(LoadState state) {
  switch (state) {
    case LoadState::kReady:
      return v1::ReplicaVersion::STATE_READY;
    case LoadState::kUnloaded:
      return v1::ReplicaVersion::STATE_UNLOADED;
    case LoadState::kRefused:
      return v1::ReplicaVersion::STATE_REFUSED;
    case LoadState::kLoading:
      break;
  }
  return v1::ReplicaVersion::STATE_LOADING;
}

template <typename Message>
void SetName(const VersionName& name, Message* message) {
  message->set_project(name.project);
  message->set_model(name.model);
  message->set_version(name.version);
}

VersionReport ReportOf(const HostedVersion& version) {
  VersionReport report;
  report.set_project(version.wanted.name.project);
  report.set_model(version.wanted.name.model);
  v1::ReplicaVersion& at_replica = *report.mutable_version();
  at_replica.set_version(version.wanted.name.version);
  at_replica.set_state(StateOf(version.state));
  at_replica.set_reason(std::string(version.error.message()));
  if (version.loaded != nullptr) {
    at_replica.set_memory_bytes(static_cast<int64_t>(version.loaded->memory_bytes));
  }
  *at_replica.mutable_state_time() = ToProto(version.state_time);
  return report;
}

// Its turn to be loaded may come with a call, too.
bool ComesWithACall(const HostedVersion& version) {
  return version.state == LoadState::kUnloaded ||
         (version.state == LoadState::kLoading && version.error.ok());
}

LoadFailure FailureOf(const HostedVersion& version) {
  LoadFailure failure;
  SetName(version.wanted.name, &failure);
  failure.set_reason(std::string(version.error.message()));
  failure.set_will_retry(version.state == LoadState::kLoading);
  return failure;
}

}  // namespace

ReplicaReport ReportOf(const VersionTable& table) {
  ReplicaReport report;
  for (const auto& version : table.versions()) {
    *report.add_versions() = ReportOf(*version);
    if (version->state == LoadState::kReady) {
      SetName(version->wanted.name, report.add_loaded());
    } else if (ComesWithACall(*version)) {
      SetName(version->wanted.name, report.add_on_demand());
    } else if (!version->error.ok()) {
      *report.add_failures() = FailureOf(*version);
    }
  }
  return report;
}

}  // namespace serin
