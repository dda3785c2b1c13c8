#ifndef SERIN_CLIENT_CLI_LOAD_H_
#define SERIN_CLIENT_CLI_LOAD_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/cli/latency_histogram.h"
#include "core/base/clock.h"

namespace serin {

// A part of the time of a load test, by when its calls were due.
struct LoadSlice {
  LatencyHistogram latencies;
  int64_t failed = 0;
};

// What a load test saw. Latencies are of all calls, failed ones too.
struct LoadReport {
  std::map<std::string, int64_t> answers;  // Calls answered, by model version.
  std::map<std::string, int64_t> errors;   // Calls failed, by "CODE: message".
  LatencyHistogram latencies;
  double seconds = 0;  // From the first call to the end of the last.
  // Equal parts of an open loop's time; none of a closed one.
  std::vector<LoadSlice> slices;

  int64_t calls() const { return latencies.count(); }
  int64_t failed() const;
  double failed_share() const;
  double calls_per_second() const;
};

// Makes call number i and returns the name of the version that answered. Called from many threads.
using LoadCall = std::function<absl::StatusOr<std::string>(int64_t i)>;

// Where a load test gets its time from. Thread-safe.
struct LoadTime {
  const Clock* clock;
  std::function<void(absl::Time until)> sleep_until;
};

// A closed loop: `concurrency` callers, each of which makes its next call when its last one was
// answered, until `requests` calls were made. A server that stalls gets fewer calls then, and what
// would have waited is not seen: for latencies, RunOpenLoop.
LoadReport RunClosedLoop(int64_t requests, int concurrency, const LoadTime& time,
                         const LoadCall& call);

// An open loop: a call for each of `arrivals` (ascending, from the beginning), by up to
// `concurrency` callers. Latencies count from when the call was due, also where all callers were
// still busy then, so that none that a stalled server kept from being made is left out
// ("coordinated omission").
LoadReport RunOpenLoop(const std::vector<absl::Duration>& arrivals, int concurrency,
                       const LoadTime& time, const LoadCall& call);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_LOAD_H_
