#ifndef SERIN_CORE_ENGINE_LINEAR_ENGINE_H_
#define SERIN_CORE_ENGINE_LINEAR_ENGINE_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "core/base/memory_bytes.h"
#include "core/engine/estimator.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// margins = weights * inputs + intercepts, summed in the order of the inputs, intercept first.
class LinearEngine final : public Estimator {
 public:
  // INVALID_ARGUMENT if the message has not margin_count x input_count finite weights and
  // margin_count finite intercepts.
  static absl::StatusOr<std::unique_ptr<const LinearEngine>> Create(
      const internal::v1::LinearEstimator& message, size_t input_count, size_t margin_count);

  size_t margin_count() const override { return intercepts_.size(); }
  void Score(const double* inputs, size_t row_count, double* margins) const override;
  // A step of the pipeline at a time adds what it makes of all rows to their margins.
  void ScoreRows(const TableRows& rows, EstimatorScratch* scratch, double* margins) const override;
  size_t NumbersPerRow(size_t) const override { return margin_count(); }
  size_t memory_bytes() const override {
    return sizeof(*this) + HeapBytes(weights_) + HeapBytes(intercepts_);
  }

 private:
  LinearEngine(const internal::v1::LinearEstimator& message, size_t input_count);

  const size_t input_count_;
  // input_count x margin_count, row by row: an input's weights side by side.
  std::vector<double> weights_;
  const std::vector<double> intercepts_;
  // Whether inputs of 0 can change an answer, if only its sign: none is to be left out.
  const bool zeros_count_;
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_LINEAR_ENGINE_H_
