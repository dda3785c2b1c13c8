#ifndef SERIN_CORE_LEARN_MLP_LOSS_H_
#define SERIN_CORE_LEARN_MLP_LOSS_H_

#include <cstddef>
#include <vector>

#include "core/learn/algorithm.h"
#include "core/learn/mlp_network.h"

namespace serin {

// What a network is to make of rows, and how far it is from it: -ln p(true class), or half the
// squared error of the standardised target.
class MlpLoss {
 public:
  // `data` has to outlive the object.
  explicit MlpLoss(const TrainingSet& data);

  size_t output_count() const;

  // The inputs of some rows as the network takes them.
  FloatMatrix Inputs(const size_t* rows, size_t count) const;

  // The sum over some rows of the loss at these outputs, rows x output_count(). If `slopes` is
  // given, it gets the derivatives by the outputs.
  double Evaluate(const size_t* rows, const FloatMatrix& outputs, FloatMatrix* slopes) const;

  // The regression's mean, and its standard deviation (1 where that is 0).
  double target_offset() const { return offset_; }
  double target_scale() const { return scale_; }

 private:
  double EvaluateRow(double target, const float* outputs, double* slopes) const;

  const TrainingSet& data_;
  double offset_ = 0;
  double scale_ = 1;
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_MLP_LOSS_H_
