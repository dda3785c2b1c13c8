#ifndef SERIN_CORE_TRAFFIC_RETRY_H_
#define SERIN_CORE_TRAFFIC_RETRY_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"

// Which calls a proxy sends a second time, when, and how many of them. Hedges (hedge.h) are paid
// from the same budget.

namespace serin {

// Whether calling it twice does no more than calling it once: its idempotency_level says so.
bool IsRepeatable(const google::protobuf::MethodDescriptor& method);

// An attempt that came to nothing.
struct FailedAttempt {
  absl::StatusCode code = absl::StatusCode::kUnknown;
  int number = 1;                  // The first attempt is 1.
  bool never_started = false;      // No byte was sent, or the peer says that it has not looked at
                                   // it (StreamEnd::kRefused).
  bool response_begun = false;     // The caller has seen some of the response.
  bool request_complete = false;   // All of the request that has come is still held.
  bool method_repeatable = false;  // IsRepeatable.
};

inline constexpr int kMaxAttempts = 3;

// Whether the call may be tried again, at another replica, if the budget has room.
//
// A call that never started may be, whatever it does. One that may have been carried out may be
// only if its method is repeatable and the code is UNAVAILABLE: the replica is gone or not ready,
// another may not be. Not DEADLINE_EXCEEDED (no time is left), not RESOURCE_EXHAUSTED (the
// predictors are full, and a second try makes them fuller), and no error that the next replica
// would give just the same.
bool MayRetry(const FailedAttempt& attempt);

// How long to wait before the attempt after `attempt_number`: none before the second if the first
// never started; else between 0 and 10 ms, doubled each time up to 1 s, at random over the whole
// range, so that calls that failed together do not come back together ("full jitter": Brooker,
// "Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
absl::Duration RetryDelay(const FailedAttempt& attempt, uint64_t random);

struct RetryBudgetOptions {
  double ratio = 0.1;                         // Retries for each call.
  double min_per_second = 3;                  // And so many in any case.
  absl::Duration window = absl::Seconds(10);  // For how long what is not used can be used.
};

// Keeps retries from turning an outage into a flood: over any stretch of time they are at most
// `ratio` of the calls, plus min_per_second, plus what was saved in the window before. (As
// Finagle's RetryBudget has it; see also "Addressing Cascading Failures" in Google's "Site
// Reliability Engineering".) Without it, three attempts at each of three layers make 27 calls of
// one, just when the last layer can take none.
//
// Constant time, no allocation. Not thread-safe: belongs to one event loop.
class RetryBudget {
 public:
  explicit RetryBudget(const RetryBudgetOptions& options) : options_(options) {}

  // A call, not an attempt: each counts once.
  void OnCall(absl::Time now);

  // Takes one retry out; false if there is none.
  bool TryTake(absl::Time now);

  // Retries that could be taken now.
  double balance(absl::Time now);

 private:
  void Refresh(absl::Time now);

  const RetryBudgetOptions options_;
  absl::Time refreshed_ = absl::InfinitePast();
  double balance_ = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_TRAFFIC_RETRY_H_
