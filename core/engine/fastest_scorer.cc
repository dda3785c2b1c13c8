#include "core/engine/fastest_scorer.h"

#include <algorithm>
#include <vector>

#include "absl/time/time.h"

namespace serin {
namespace {

constexpr int kRounds = 3;

void Score(const TreeScorer& scorer, const TrialRows& rows, TrialCall call, float* sums) {
  if (call == TrialCall::kBlock) return scorer.AddLeaves(rows.inputs.data(), rows.row_count, sums);
  for (size_t row = 0; row < rows.row_count; ++row) {
    scorer.AddLeaves(rows.inputs.data() + row * rows.input_count, 1,
                     sums + row * rows.output_count);
  }
}

absl::Duration ShortestRound(const TreeScorer& scorer, const TrialRows& rows, TrialCall call,
                             const Clock* clock) {
  std::vector<float> sums(rows.row_count * rows.output_count);
  absl::Duration shortest = absl::InfiniteDuration();
  for (int round = 0; round < kRounds; ++round) {
    const absl::Time begin = clock->Now();
    Score(scorer, rows, call, sums.data());
    shortest = std::min(shortest, clock->Now() - begin);
  }
  return shortest;
}

}  // namespace

size_t FastestScorer(absl::Span<const std::shared_ptr<const TreeScorer>> scorers,
                     const TrialRows& rows, TrialCall call, const Clock* clock) {
  size_t fastest = 0;
  absl::Duration shortest = absl::InfiniteDuration();
  for (size_t i = 0; i < scorers.size(); ++i) {
    const absl::Duration took = ShortestRound(*scorers[i], rows, call, clock);
    if (took >= shortest) continue;
    shortest = took;
    fastest = i;
  }
  return fastest;
}

}  // namespace serin
