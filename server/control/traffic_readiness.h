#ifndef SERIN_SERVER_CONTROL_TRAFFIC_READINESS_H_
#define SERIN_SERVER_CONTROL_TRAFFIC_READINESS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/control/membership.h"

namespace serin {

// Whether the predictors can answer versions that are to take traffic.
struct TrafficReadiness {
  enum class Verdict {
    kReady,    // Every version is loaded wherever it will be, and somewhere.
    kUsable,   // Every version is loaded somewhere, but predictors are still at it.
    kWaiting,  // A version is loaded nowhere yet.
    kRefused,  // Every predictor has refused a version.
  };
  Verdict verdict = Verdict::kWaiting;
  // For kWaiting and kRefused: which version, and why, for people.
  int32_t version = 0;
  std::string reason;
};

// Judges `versions` of a model by what the connected predictors that take calls have reported.
// Without one everything waits. A predictor whose stream has broken off neither helps nor hinders:
// what it could answer is not known.
TrafficReadiness JudgeTraffic(const std::map<std::string, MemberStatus>& members,
                              absl::string_view project, absl::string_view model,
                              const std::vector<int32_t>& versions);

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_TRAFFIC_READINESS_H_
