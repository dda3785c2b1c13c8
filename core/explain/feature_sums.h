#ifndef SERIN_CORE_EXPLAIN_FEATURE_SUMS_H_
#define SERIN_CORE_EXPLAIN_FEATURE_SUMS_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "core/base/memory_bytes.h"
#include "core/explain/attribution.h"
#include "core/explain/explanations.h"
#include "core/pipeline/pipeline.h"
#include "core/table/table.h"

namespace serin {

// From contributions of an estimator's inputs to those of a model's features: a feature's is the
// sum of those of all inputs that the pipeline makes of it, such as the categories of a one-hot
// code. Immutable and thread-safe.
class FeatureSums {
 public:
  FeatureSums(Pipeline pipeline, size_t feature_count,
              std::unique_ptr<const Attribution> attribution);

  // Fills in bases, scores and contributions; `rows` has the columns that the pipeline is for.
  // CANCELLED when `stop` says so, which is asked before each row.
  absl::Status Explain(const Table& rows, const StopFn& stop, Explanations* out) const;

  // Memory that it takes, in bytes, without the pipeline.
  size_t memory_bytes() const {
    return sizeof(*this) + attribution_->memory_bytes() + HeapBytes(features_);
  }

 private:
  const Pipeline pipeline_;
  const size_t feature_count_;
  const std::unique_ptr<const Attribution> attribution_;
  const std::vector<size_t> features_;  // Per input.
};

}  // namespace serin

#endif  // SERIN_CORE_EXPLAIN_FEATURE_SUMS_H_
