#ifndef SERIN_CORE_EXPLAIN_SAMPLED_SHAPLEY_H_
#define SERIN_CORE_EXPLAIN_SAMPLED_SHAPLEY_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "core/engine/predictor.h"
#include "core/explain/explanations.h"
#include "core/table/table.h"

namespace serin {

// Shapley values of any model, estimated: in drawn orders of the features each is switched from a
// background row's value to the row's own, and what the prediction then moves by is averaged.
// Strumbelj and Kononenko, "Explaining prediction models and individual predictions with feature
// contributions", 2014.
//
// The estimates are made to add up: what they lack of the score is given to the features in
// proportion to their variances.
struct SampledShapley {
  const Predictor& predictor;
  const Table& background;  // At least one row.
  size_t samples;           // Orders per row, at least 2.
  uint64_t seed;            // The same seed and row: the same orders.

  // Fills in bases, scores, contributions and errors for the rows whose predictions are in `out`.
  // CANCELLED when `stop` says so, which is asked now and then.
  absl::Status Explain(const Table& rows, const StopFn& stop, Explanations* out) const;
};

}  // namespace serin

#endif  // SERIN_CORE_EXPLAIN_SAMPLED_SHAPLEY_H_
