#ifndef SERIN_SERVER_CONTROL_JOB_STATE_H_
#define SERIN_SERVER_CONTROL_JOB_STATE_H_

#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "serin/v1/job.pb.h"

// The life of a job, as one function:
//
//             AttemptBegun             JobSucceeded
//    QUEUED ---------------> RUNNING ---------------> SUCCEEDED
//       ^                       |----- JobFailed ---> FAILED
//       |                       |                       ^
//       +----- AttemptLost -----+--- the last attempt --+

namespace serin {

// Attempts at a job, at most.
inline constexpr int kMaxAttempts = 3;

struct AttemptBegun {};
struct JobSucceeded {
  std::string model_version;  // Its resource name.
};
// The worker says why.
struct JobFailed {
  absl::Status error;
};
// The worker, or the server it belonged to, died without a word.
struct AttemptLost {
  std::string how;  // What is known about it: "the worker was ended by signal 9 (Killed)".
};
using JobEvent = std::variant<AttemptBegun, JobSucceeded, JobFailed, AttemptLost>;

// Changes the job as the event demands. FAILED_PRECONDITION, and no change, where the job is not in
// the state in which that can happen.
absl::Status Advance(const JobEvent& event, absl::Time now, v1::Job* job);

// SUCCEEDED, FAILED and CANCELLED: nothing will change any more.
bool IsFinal(v1::JobState state);

// `queued` of JOB_STATE_QUEUED.
std::string JobStateLabel(v1::JobState state);

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_JOB_STATE_H_
