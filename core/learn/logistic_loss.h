#ifndef SERIN_CORE_LEARN_LOGISTIC_LOSS_H_
#define SERIN_CORE_LEARN_LOGISTIC_LOSS_H_

#include <cstddef>

#include "core/learn/algorithm.h"

namespace serin {

// The mean over the rows of -ln p(true class) + l2 / (2 * rows) * |weights|^2, a convex function of
// the parameters: for each margin (one for two classes, else one per class) input_count weights and
// then the intercept.
class LogisticLoss {
 public:
  // `data` has to outlive the object.
  LogisticLoss(const TrainingSet& data, double l2);

  size_t parameter_count() const;

  // Writes the gradient, parameter_count() numbers, and returns the value.
  double Evaluate(const double* parameters, double* gradient) const;

 private:
  const TrainingSet& data_;
  const double l2_;
  const size_t margin_count_;
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_LOGISTIC_LOSS_H_
