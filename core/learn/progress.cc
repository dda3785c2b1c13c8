#include "core/learn/progress.h"

#include <algorithm>

namespace serin {
namespace {

struct StageSpan {
  const char* name;
  double begin;  // Share of the job that is done when the stage begins and ends.
  double end;
};

// In order of Stage.
constexpr StageSpan kSpans[] = {{"reading", 0, 0.1},
                                {"preparing", 0.1, 0.15},
                                {"training", 0.15, 0.9},
                                {"evaluating", 0.9, 0.95},
                                {"storing", 0.95, 1}};

}  // namespace

v1::JobProgress ProgressAt(Stage stage, double share) {
  const StageSpan& span = kSpans[static_cast<int>(stage)];
  v1::JobProgress progress;
  progress.set_stage(span.name);
  progress.set_fraction(span.begin + (span.end - span.begin) * std::clamp(share, 0.0, 1.0));
  return progress;
}

}  // namespace serin
