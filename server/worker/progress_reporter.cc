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
  superseded_ = absl::IsAborted(send_(progress));
  const absl::Time sent = clock_->Now();
  next_ = std::max(now + kInterval, sent + kPauseFactor * (sent - now));
  return !superseded_;
}

}  // namespace serin
