#ifndef SERIN_CLIENT_CLI_LOAD_THRESHOLDS_H_
#define SERIN_CLIENT_CLI_LOAD_THRESHOLDS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/cli/load.h"

namespace serin {

// What a load test must not exceed, or fall below.
struct LoadThreshold {
  enum class Kind { kLatency, kErrors, kRate };
  Kind kind;
  std::string text;     // As given.
  double quantile = 0;  // Of kLatency, in [0, 1].
  double bound = 0;     // Milliseconds; percent of the calls; calls per second.
};

// `p99.9<20`: the 99.9th percentile is below 20 ms; also `max<50`. `errors<0.1`: less than 0.1 % of
// the calls fail. `rate>5000`: more calls a second are answered. INVALID_ARGUMENT for anything
// else.
absl::StatusOr<LoadThreshold> ParseLoadThreshold(absl::string_view text);

// FAILED_PRECONDITION naming all that are not kept, with what was measured.
absl::Status CheckThresholds(const std::vector<LoadThreshold>& thresholds,
                             const LoadReport& report);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_LOAD_THRESHOLDS_H_
