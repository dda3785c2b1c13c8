#ifndef SERIN_SERVER_WORKER_PROGRESS_REPORTER_H_
#define SERIN_SERVER_WORKER_PROGRESS_REPORTER_H_

#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "serin/v1/job.pb.h"

namespace serin {

// Passes on the first progress of each stage, and of the rest at most one per 100 ms (fewer if
// sending is slow, so that it takes no more than a tenth of the time), with a fraction that never
// falls. Finds out on the way that the attempt has been given up. Not
// thread-safe.
class ProgressReporter {
 public:
  using Send = std::function<absl::Status(const v1::JobProgress&)>;

  ProgressReporter(const Clock* clock, Send send) : clock_(clock), send_(std::move(send)) {}

  // False once an answer was ABORTED. Other errors are passed over: progress is advisory.
  bool Report(v1::JobProgress progress);

  bool superseded() const { return superseded_; }

 private:
  const Clock* const clock_;
  const Send send_;
  std::string stage_;
  double fraction_ = 0;
  absl::Time next_ = absl::InfinitePast();
  bool superseded_ = false;
};

}  // namespace serin

#endif  // SERIN_SERVER_WORKER_PROGRESS_REPORTER_H_
