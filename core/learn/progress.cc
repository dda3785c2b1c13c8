#include "core/learn/progress.h"

#include <algorithm>
#include <utility>

namespace serin {
namespace {

struct StageSpan {
  const char* name;
  double begin;  // Share of the job that is done when the stage begins and ends.
  double end;
};

// In order of Stage.
constexpr StageSpan kSpans[] = {{"reading", 0, 0.1},       {"preparing", 0.1, 0.15},
                                {"searching", 0.15, 0.8},  {"training", 0.15, 0.9},
                                {"evaluating", 0.9, 0.95}, {"storing", 0.95, 1}};

const StageSpan& SpanOf(Stage stage) { return kSpans[static_cast<int>(stage)]; }

}  // namespace

v1::JobProgress ProgressAt(Stage stage, double share) {
  const StageSpan& span = SpanOf(stage);
  v1::JobProgress progress;
  progress.set_stage(span.name);
  progress.set_fraction(span.begin + (span.end - span.begin) * std::clamp(share, 0.0, 1.0));
  return progress;
}

v1::JobProgress ProgressAfterSearch(v1::JobProgress progress) {
  const double searched = SpanOf(Stage::kSearching).end;
  progress.set_fraction(searched + (1 - searched) * progress.fraction());
  return progress;
}

ProgressSink ShareOfTraining(ProgressSink progress, double begin, double end) {
  return [progress = std::move(progress), begin, end](v1::JobProgress report) {
    const StageSpan& span = SpanOf(Stage::kTraining);
    const double share = (report.fraction() - span.begin) / (span.end - span.begin);
    report.set_fraction(ProgressAt(Stage::kTraining, begin + (end - begin) * share).fraction());
    return progress(report);
  };
}

}  // namespace serin
