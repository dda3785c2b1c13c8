#ifndef SERIN_CORE_EXPLAIN_LINEAR_ATTRIBUTION_H_
#define SERIN_CORE_EXPLAIN_LINEAR_ATTRIBUTION_H_

#include <memory>
#include <vector>

#include "core/base/memory_bytes.h"
#include "core/explain/attribution.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Exact Shapley values of a linear model with independent inputs: weight * (input - its mean).
class LinearAttribution final : public Attribution {
 public:
  // `linear` has been checked by LinearEngine for as many inputs as there are means.
  LinearAttribution(const internal::v1::LinearEstimator& linear, std::vector<double> input_means);

  // Of a model whose margins are the same for every row.
  LinearAttribution(const internal::v1::ConstantEstimator& constant, size_t input_count);

  const std::vector<double>& bases() const override { return bases_; }
  void Explain(const double* inputs, double* margins, double* contributions) const override;
  size_t memory_bytes() const override {
    return sizeof(*this) + HeapBytes(weights_) + HeapBytes(input_means_) + HeapBytes(bases_);
  }

 private:
  const std::vector<double> weights_;  // margins x inputs, row by row.
  const std::vector<double> input_means_;
  std::vector<double> bases_;
};

}  // namespace serin

#endif  // SERIN_CORE_EXPLAIN_LINEAR_ATTRIBUTION_H_
