#include "server/worker/progress_reporter.h"

#include <algorithm>

namespace serin {
namespace {

constexpr absl::Duration kInterval = absl::Milliseconds(100);
// Pause after a report, in times of what it took: a control that hangs costs a tenth of the time.
constexpr int kPauseFactor = 9;

}  // namespace

bool ProgressReporter::Report(v1::JobProgress progress) {
  const absl::Time now = clock_->Now();
  if (superseded_ || (progress.stage() == stage_ && now < next_)) return !superseded_;
  stage_ = progress.stage();
  fraction_ = std::max(fraction_, progress.fraction());
  progress.set_fraction(fraction_);
  SendNews(std::move(progress));
  const absl::Time sent = clock_->Now();
  next_ = std::max(now + kInterval, sent + kPauseFactor * (sent - now));
  return !superseded_;
}

void ProgressReporter::SendNews(v1::JobProgress progress) {
  news_.mutable_progress()->Swap(&progress);
  const absl::StatusOr<internal::v1::ReportProgressResponse> answer = send_(news_);
  superseded_ = absl::IsAborted(answer.status());
  if (!answer.ok()) return;
  finish_search_ |= answer->finish_search();
  news_.Clear();
}

void ProgressReporter::SetLeaderboard(v1::Leaderboard leaderboard) {
  news_.mutable_leaderboard()->Swap(&leaderboard);
}

void ProgressReporter::SetWarnings(const std::vector<std::string>& warnings) {
  news_.mutable_warnings()->Assign(warnings.begin(), warnings.end());
}

}  // namespace serin
