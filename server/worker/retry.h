#ifndef SERIN_SERVER_WORKER_RETRY_H_
#define SERIN_SERVER_WORKER_RETRY_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace serin {

// Waits for as long as it is told.
using Sleeper = std::function<void(absl::Duration)>;

// Calls until the answer is not UNAVAILABLE, at most six times, with pauses of 250 ms doubling to 4
// s between: long enough for a role to restart. Returns the last answer.
absl::Status RetryUnavailable(const Sleeper& sleep, const std::function<absl::Status()>& call);

}  // namespace serin

#endif  // SERIN_SERVER_WORKER_RETRY_H_
