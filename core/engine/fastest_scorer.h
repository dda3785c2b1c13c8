#ifndef SERIN_CORE_ENGINE_FASTEST_SCORER_H_
#define SERIN_CORE_ENGINE_FASTEST_SCORER_H_

#include <cstddef>
#include <memory>

#include "absl/types/span.h"
#include "core/base/clock.h"
#include "core/engine/tree_scorer.h"
#include "core/engine/trial_rows.h"

namespace serin {

// How rows are handed to a scorer.
enum class TrialCall {
  kRowByRow,
  kBlock,
};

// The index of the one of `scorers`, at least one, that took the least time for the rows by
// `clock`: the shortest of a few rounds counts, so that what else the machine does matters little.
// Which one it is changes the time that answers take, never the answers.
size_t FastestScorer(absl::Span<const std::shared_ptr<const TreeScorer>> scorers,
                     const TrialRows& rows, TrialCall call, const Clock* clock);

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_FASTEST_SCORER_H_
