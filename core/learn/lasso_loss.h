#ifndef SERIN_CORE_LEARN_LASSO_LOSS_H_
#define SERIN_CORE_LEARN_LASSO_LOSS_H_

#include <Eigen/Core>
#include <memory>

#include "core/learn/algorithm.h"
#include "core/learn/coordinate_descent.h"

namespace serin {

// |y - X w|^2 / (2 * rows) for centred inputs X and targets y, a quadratic of the weights w, which
// begins at w = 0.
class LassoLoss {
 public:
  virtual ~LassoLoss() = default;

  virtual Quadratic* quadratic() = 0;

  // Rids the slopes of the rounding errors of many moves.
  virtual void Refresh(const Eigen::VectorXd& weights) = 0;

  // R'R / rows and R'y / rows, of the residuals R = y - X w.
  struct Residuals {
    double squares;
    double with_target;
  };
  virtual Residuals ResidualsAt(const Eigen::VectorXd& weights) const = 0;

  // y'y / rows.
  virtual double target_variance() const = 0;
  // The intercept that belongs to the weights.
  virtual double InterceptOf(const Eigen::VectorXd& weights) const = 0;
};

// Computes all products of inputs once where there are at most 4,096 of them: a pass then costs the
// inputs squared, however many rows there are. Otherwise it keeps a copy of the matrix by column.
// `data` has to outlive the first call only.
std::unique_ptr<LassoLoss> MakeLassoLoss(const TrainingSet& data);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_LASSO_LOSS_H_
