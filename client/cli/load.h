#ifndef SERIN_CLIENT_CLI_LOAD_H_
#define SERIN_CLIENT_CLI_LOAD_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace serin {

// What a load test saw. Latencies are of all calls, failed ones too.
struct LoadReport {
  std::map<std::string, int64_t> answers;  // Calls answered, by model version.
  std::map<std::string, int64_t> errors;   // Calls failed, by "CODE: message".
  std::vector<double> latencies;           // Seconds, ascending.
  double seconds = 0;                      // From the first call to the end of the last.

  int64_t failed() const;
  double calls_per_second() const;
};

// Makes call number i and returns the name of the version that answered. Called from many threads.
using LoadCall = std::function<absl::StatusOr<std::string>(int64_t i)>;

// A closed loop: `concurrency` callers, each of which makes its next call when its last one was
// answered, until `requests` calls were made.
LoadReport RunLoad(int64_t requests, int concurrency, const LoadCall& call);

// The value below which `fraction` of the ascending values lies, by linear interpolation between
// order statistics (Hyndman and Fan 1996, type 7), as in dataset profiles. At least one value.
double QuantileOf(const std::vector<double>& ascending, double fraction);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_LOAD_H_
