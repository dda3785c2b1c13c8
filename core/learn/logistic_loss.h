#ifndef SERIN_CORE_LEARN_LOGISTIC_LOSS_H_
#define SERIN_CORE_LEARN_LOGISTIC_LOSS_H_

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "core/learn/algorithm.h"

namespace serin {

// The mean over the rows of -ln p(true class) + l2 / (2 * rows) * |weights|^2, a convex function of
// the parameters: for each margin (one for two classes, else one per class) input_count weights and
// then the intercept.
class LogisticLoss {
 public:
  // `data` has to outlive the object.
  LogisticLoss(const TrainingSet& data, double l2);

  size_t margin_count() const { return margin_count_; }
  // Parameters of a margin: the inputs and the intercept.
  size_t side() const { return data_.input_count + 1; }
  size_t parameter_count() const { return margin_count_ * side(); }
  size_t row_count() const { return data_.row_count; }

  // Writes the gradient, parameter_count() numbers, and returns the value.
  double Evaluate(const double* parameters, double* gradient) const;

  // The probabilities of the first row and every step-th after it: as many rows by margin_count().
  std::vector<double> Probabilities(const double* parameters, size_t step) const;

  // The second derivatives, without the penalty, of the mean over the same rows by the parameters
  // of margin `a` and those of margin `b`: side() x side(), both halves. `probabilities` are those
  // that Probabilities gave for this step.
  Eigen::MatrixXd Curvatures(const std::vector<double>& probabilities, size_t step, size_t a,
                             size_t b) const;

  // The diagonal of Curvatures for a == b.
  Eigen::VectorXd CurvatureDiagonal(const std::vector<double>& probabilities, size_t step,
                                    size_t a) const;

 private:
  const TrainingSet& data_;
  const double l2_;
  const size_t margin_count_;
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_LOGISTIC_LOSS_H_
