#ifndef SERIN_CORE_LEARN_LOGISTIC_PRECONDITIONER_H_
#define SERIN_CORE_LEARN_LOGISTIC_PRECONDITIONER_H_

#include <Eigen/Core>
#include <vector>

#include "core/learn/logistic_loss.h"

namespace serin {

// A change of coordinates, u = F' * parameters, in which the loss is about equally curved in all
// directions, so that L-BFGS needs a handful of iterations: F F' are the second derivatives of each
// margin's parameters at a point, of about an eighth of the rows (sub-sampled Newton: Byrd, Chin,
// Neveitt and Nocedal, "On the use of stochastic Hessian information in optimization methods for
// machine learning", SIAM J. Optim. 21(3), 2011). With more than 1,000 parameters per margin only
// the diagonal.
class LogisticPreconditioner {
 public:
  // At `parameters`, with the penalty l2 of the loss.
  LogisticPreconditioner(const LogisticLoss& loss, double l2,
                         const std::vector<double>& parameters);

  // parameters -> u and back.
  std::vector<double> ToCoordinates(const std::vector<double>& parameters) const;
  void ToParameters(const double* coordinates, double* parameters) const;

  // The gradient by the parameters -> that by u, in place.
  void ToCoordinateGradient(double* gradient) const;

 private:
  size_t side_;
  // One per margin: a lower triangle, or a single column for the diagonal.
  std::vector<Eigen::MatrixXd> factors_;
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_LOGISTIC_PRECONDITIONER_H_
