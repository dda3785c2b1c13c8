#ifndef SERIN_CORE_ENGINE_MLP_ENGINE_H_
#define SERIN_CORE_ENGINE_MLP_ENGINE_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "core/engine/estimator.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// A multilayer perceptron. Each unit starts with its bias and adds weight * input in order of its
// inputs, in single precision.
class MlpEngine final : public Estimator {
 public:
  // INVALID_ARGUMENT naming the layer whose size does not follow from the one before it, or which
  // has a number that is not finite or beyond kMlpLimit.
  static absl::StatusOr<std::unique_ptr<const MlpEngine>> Create(
      const internal::v1::MlpEstimator& message, size_t input_count, size_t class_count);

  size_t margin_count() const override { return layers_.back().biases.size(); }
  void Score(const double* inputs, size_t row_count, double* margins) const override;
  // The sums of the first layer's units come straight from the steps of the pipeline.
  void ScoreRows(const TableRows& rows, EstimatorScratch* scratch, double* margins) const override;
  size_t NumbersPerRow(size_t) const override { return layers_.front().biases.size(); }
  size_t memory_bytes() const override;

 private:
  struct Layer {
    // inputs x outputs, row by row: an input's weights side by side, so that all units add it at
    // once.
    std::vector<float> weights;
    std::vector<float> biases;  // One per output.
  };

  MlpEngine(const internal::v1::MlpEstimator& message, size_t input_count, bool regression);

  static void AddUp(const Layer& layer, const std::vector<float>& inputs, std::vector<float>* sums);
  // From the sums of the first layer, which are in `values`, to the margins of a row; what comes
  // behind them.
  double* Finish(std::vector<float>* values, std::vector<float>* sums, double* margins) const;

  const internal::v1::MlpEstimator::Activation activation_;
  const size_t input_count_;
  const double offset_;
  const double scale_;
  std::vector<Layer> layers_;
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_MLP_ENGINE_H_
