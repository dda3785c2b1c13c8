#include "server/control/traffic_readiness.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace serin {
namespace {

using Verdict = TrafficReadiness::Verdict;
using internal::v1::LoadFailure;
using internal::v1::ReplicaReport;

// How far the predictors have come with one version.
struct Progress {
  int loaded = 0;
  int refused = 0;
  int pending = 0;
  std::string reason;  // Of one that has not loaded it.
};

struct Wanted {
  absl::string_view project;
  absl::string_view model;
  int32_t version;

  template <typename Message>
  bool Is(const Message& message) const {
    return message.version() == version && message.model() == model && message.project() == project;
  }
};

void Count(const ReplicaReport& report, const Wanted& wanted, Progress& progress) {
  if (std::any_of(report.loaded().begin(), report.loaded().end(),
                  [&](const auto& loaded) { return wanted.Is(loaded); })) {
    ++progress.loaded;
    return;
  }
  const auto failure =
      std::find_if(report.failures().begin(), report.failures().end(),
                   [&](const LoadFailure& candidate) { return wanted.Is(candidate); });
  const bool failed = failure != report.failures().end();
  if (failed) progress.reason = failure->reason();
  ++(failed && !failure->will_retry() ? progress.refused : progress.pending);
}

TrafficReadiness Judge(const Progress& progress, int32_t version) {
  if (progress.loaded > 0) {
    return {progress.pending == 0 ? Verdict::kReady : Verdict::kUsable, version, ""};
  }
  if (progress.refused > 0 && progress.pending == 0) {
    return {Verdict::kRefused, version, progress.reason};
  }
  if (progress.refused + progress.pending == 0) {
    return {Verdict::kWaiting, version, "no predictor is connected"};
  }
  return {Verdict::kWaiting, version,
          progress.reason.empty() ? "the predictors are still loading it"
                                  : absl::StrCat("a predictor cannot load it: ", progress.reason)};
}

}  // namespace

TrafficReadiness JudgeTraffic(const std::map<std::string, MemberStatus>& members,
                              absl::string_view project, absl::string_view model,
                              const std::vector<int32_t>& versions) {
  // The verdicts stand in order, from the best to the worst.
  TrafficReadiness worst = {Verdict::kReady};
  for (const int32_t version : versions) {
    Progress progress;
    for (const auto& [id, member] : members) {
      if (!member.connected() || !member.takes_calls()) continue;
      Count(member.report, {project, model, version}, progress);
    }
    TrafficReadiness readiness = Judge(progress, version);
    if (readiness.verdict > worst.verdict) worst = std::move(readiness);
  }
  return worst;
}

}  // namespace serin
