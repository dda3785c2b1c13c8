#ifndef SERIN_BENCHMARKS_LOAD_OFFERED_LOAD_H_
#define SERIN_BENCHMARKS_LOAD_OFFERED_LOAD_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace serin::load {

// An open loop: calls come when they come, whether earlier ones were answered or not.
struct OfferedLoad {
  std::string target;  // HOST:PORT.
  std::string path = "/serin.v1.PredictService/Predict";
  std::string message;  // Framed.
  double calls_per_second = 1000;
  absl::Duration duration = absl::Seconds(10);
  int connections = 8;
  // The deadline that each call carries; what is answered later does not count as answered.
  absl::Duration timeout = absl::Seconds(1);
  uint64_t seed = 1;
};

// What became of the calls that were due in a piece of time.
struct LoadWindow {
  int64_t offered = 0;
  int64_t refused = 0;                    // RESOURCE_EXHAUSTED.
  int64_t late = 0;                       // Answered after the deadline, or DEADLINE_EXCEEDED.
  std::map<std::string, int64_t> failed;  // All else, by grpc-status.
  // Of the calls answered in time: milliseconds from when the call was due, in order of ending.
  std::vector<double> latencies_ms;

  int64_t answered() const { return static_cast<int64_t>(latencies_ms.size()); }
};

// Offers the load with exponential gaps between calls, waits for the last answers, and returns what
// became of the calls, window by window.
std::vector<LoadWindow> Offer(const OfferedLoad& load, absl::Duration window);

// Windows as one.
LoadWindow Sum(const std::vector<LoadWindow>& windows);

// As one line of JSON: the counts, and latencies as p50_ms and p99_ms (absent without answers).
std::string ToJson(const LoadWindow& window);

}  // namespace serin::load

#endif  // SERIN_BENCHMARKS_LOAD_OFFERED_LOAD_H_
