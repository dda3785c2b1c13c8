#ifndef SERIN_SERVER_CONTROL_JOB_STATE_H_
#define SERIN_SERVER_CONTROL_JOB_STATE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "serin/v1/job.pb.h"

// The life of a job, as one function:
//
//              AttemptBegun               JobSucceeded
//     QUEUED ----------------> RUNNING -----------------> SUCCEEDED
//       ^ |                       |------ JobFailed ----> FAILED
//       | |                       |                         ^
//       +-|--- AttemptReturned ---|                         |
//       +-|----- AttemptLost -----+---- the last attempt ---+
//         |                       |
//         +---- JobCancelled -----+-----------------------> CANCELLED
//
// A job that was asked to finish (FinishRequested) runs on; where its attempt then comes to
// nothing, it is CANCELLED and not begun again.

namespace serin {

// Attempts at a job, at most.
inline constexpr int kMaxAttempts = 3;

struct AttemptBegun {
  int64_t memory_limit_bytes = 0;  // Of its worker.
};
struct JobSucceeded {
  std::string model_version;  // Its resource name; empty where the job makes none.
};
// The worker says why. CANCELLED of a job that was asked to finish: it has found nothing yet.
struct JobFailed {
  absl::Status error;
};
// The worker, or the server it belonged to, died without a word.
struct AttemptLost {
  std::string how;  // What is known about it: "the worker was ended by signal 9 (Killed)".
};
// The server stopped in order and ended the worker: the attempt does not count.
struct AttemptReturned {};
// A user does not want it any more.
struct JobCancelled {};
// A user wants no more than what a search has found so far.
struct FinishRequested {};
using JobEvent = std::variant<AttemptBegun, JobSucceeded, JobFailed, AttemptLost, AttemptReturned,
                              JobCancelled, FinishRequested>;

// Changes the job as the event demands. FAILED_PRECONDITION, and no change, where the job is not in
// a state in which that can happen. A clock that was set back does not let a job end before it
// began.
absl::Status Advance(const JobEvent& event, absl::Time now, v1::Job* job);

// What CancelJob means for a job that has not ended; none: nothing changes. With `keep_best` a
// search that has tried something finishes, one that has not is cancelled, and what is no search
// goes on.
std::optional<JobEvent> WhatCancelDoes(const v1::Job& job, bool keep_best);

// SUCCEEDED, FAILED and CANCELLED: nothing will change any more.
bool IsFinal(v1::JobState state);

// `queued` of JOB_STATE_QUEUED.
std::string JobStateLabel(v1::JobState state);

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_JOB_STATE_H_
