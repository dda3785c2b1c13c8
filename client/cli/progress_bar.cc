#include "client/cli/progress_bar.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/format.h"
#include "client/cli/text_table.h"

namespace serin {
namespace {

constexpr int kBarWidth = 30;
constexpr absl::string_view kEraseLine = "\r\x1b[K";

std::string Bar(double fraction) {
  const int full = static_cast<int>(kBarWidth * std::clamp(fraction, 0.0, 1.0));
  return absl::StrCat("[", std::string(full, '#'), std::string(kBarWidth - full, '.'), "]");
}

std::string DetailsOf(const v1::Job& job) {
  const v1::JobProgress& progress = job.progress();
  std::string details;
  if (job.has_batch_prediction()) {
    absl::StrAppend(&details, FormatCount(job.batch_prediction().rows()), "/",
                    FormatCount(job.batch_prediction().row_count()), " rows");
  }
  if (progress.iteration_count() > 0) {
    absl::StrAppend(&details, progress.iteration(), "/", progress.iteration_count());
  }
  if (progress.has_loss()) absl::StrAppendFormat(&details, "  loss %.4f", progress.loss());
  if (progress.has_validation_loss()) {
    absl::StrAppendFormat(&details, "  validation %.4f", progress.validation_loss());
  }
  return details;
}

}  // namespace

ProgressBar::~ProgressBar() { Erase(); }

void ProgressBar::Erase() {
  if (!is_terminal_) return;
  if (!last_.empty()) out_ << kEraseLine << std::flush;
  last_.clear();
}

void ProgressBar::Update(absl::string_view stage, std::optional<double> fraction,
                         absl::string_view details) {
  std::string shown = Printable(stage);
  if (is_terminal_) absl::StrAppend(&shown, "  ", details);
  if (is_terminal_ && fraction) {
    shown = absl::StrFormat("%s %3.0f %%  %s", Bar(*fraction), 100 * *fraction, shown);
  }
  if (shown == last_ || shown.empty()) return;
  last_ = shown;
  if (is_terminal_) {
    out_ << kEraseLine << shown << std::flush;
  } else {
    out_ << shown << std::endl;
  }
}

void ProgressBar::Show(const v1::Job& job) {
  const bool running = job.state() == v1::JOB_STATE_RUNNING;
  // Between being taken by a worker and the worker's first report there is nothing to show, and
  // the end is told by whoever waits for it.
  if (job.state() == v1::JOB_STATE_QUEUED) Update("queued", 0, "");
  if (!running || job.progress().stage().empty()) return;
  Update(job.progress().stage(), job.progress().fraction(), DetailsOf(job));
}

}  // namespace serin
