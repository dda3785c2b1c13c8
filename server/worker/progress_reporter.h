#ifndef SERIN_SERVER_WORKER_PROGRESS_REPORTER_H_
#define SERIN_SERVER_WORKER_PROGRESS_REPORTER_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "serin/internal/v1/worker_service.pb.h"
#include "serin/v1/job.pb.h"

namespace serin {

// Passes on the first progress of each stage, and of the rest at most one per 100 ms (fewer if
// sending is slow, so that it takes no more than a tenth of the time), with a fraction that never
// falls, and with it what else is new: leaderboard and warnings. Finds out on the way that the
// attempt has been given up, or that a search is to end. Not thread-safe.
class ProgressReporter {
 public:
  // Without the attempt.
  using Send = std::function<absl::StatusOr<internal::v1::ReportProgressResponse>(
      const internal::v1::ReportProgressRequest&)>;

  ProgressReporter(const Clock* clock, Send send) : clock_(clock), send_(std::move(send)) {}

  // False once an answer was ABORTED. Other errors are passed over: progress is advisory.
  bool Report(v1::JobProgress progress);

  // Go with the next reports until one has been taken.
  void SetLeaderboard(v1::Leaderboard leaderboard);
  void SetWarnings(const std::vector<std::string>& warnings);
  void SetBatchRows(int64_t rows) { news_.set_batch_rows(rows); }

  bool superseded() const { return superseded_; }
  // An answer has said so.
  bool finish_search() const { return finish_search_; }

 private:
  void SendNews(v1::JobProgress progress);

  const Clock* const clock_;
  const Send send_;
  std::string stage_;
  double fraction_ = 0;
  absl::Time next_ = absl::InfinitePast();
  internal::v1::ReportProgressRequest news_;
  bool superseded_ = false;
  bool finish_search_ = false;
};

}  // namespace serin

#endif  // SERIN_SERVER_WORKER_PROGRESS_REPORTER_H_
