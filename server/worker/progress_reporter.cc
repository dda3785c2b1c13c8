#include "server/worker/progress_reporter.h"

#include <algorithm>

namespace serin {
namespace {

constexpr absl::Duration kInterval = absl::Milliseconds(100);

}  // namespace

bool ProgressReporter::Report(v1::JobProgress progress) {
  const absl::Time now = clock_->Now();
  if (superseded_ || (progress.stage() == stage_ && now < next_)) return !superseded_;
  stage_ = progress.stage();
  next_ = now + kInterval;
  fraction_ = std::max(fraction_, progress.fraction());
  progress.set_fraction(fraction_);
  superseded_ = absl::IsAborted(send_(progress));
  return !superseded_;
}

}  // namespace serin
