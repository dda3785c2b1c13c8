#ifndef SERIN_CORE_LEARN_COLUMN_QUADRATIC_H_
#define SERIN_CORE_LEARN_COLUMN_QUADRATIC_H_

#include <Eigen/Core>

#include "core/learn/algorithm.h"
#include "core/learn/coordinate_descent.h"

namespace serin {

// |y - X w|^2 / (2 * rows) by way of the residuals: for so many inputs that their products do not
// fit into memory. Slope and move cost as many operations as there are rows.
class ColumnQuadratic final : public Quadratic {
 public:
  // Copies the matrix, centred and by column.
  explicit ColumnQuadratic(const TrainingSet& data);

  size_t size() const override { return static_cast<size_t>(columns_.cols()); }
  double Curvature(size_t i) const override { return curvatures_[static_cast<Eigen::Index>(i)]; }
  double Slope(size_t i) const override {
    return -columns_.col(static_cast<Eigen::Index>(i)).dot(residuals_) / rows_;
  }
  void Move(size_t i, double by) override {
    residuals_ -= by * columns_.col(static_cast<Eigen::Index>(i));
  }

  void Refresh(const Eigen::VectorXd& weights);

  const Eigen::VectorXd& residuals() const { return residuals_; }
  const Eigen::VectorXd& targets() const { return targets_; }  // Centred.
  const Eigen::VectorXd& input_means() const { return input_means_; }
  double target_mean() const { return target_mean_; }

 private:
  const double rows_;
  Eigen::MatrixXd columns_;  // rows x inputs, by column.
  Eigen::VectorXd input_means_;
  double target_mean_;
  Eigen::VectorXd targets_;
  Eigen::VectorXd curvatures_;
  Eigen::VectorXd residuals_;
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_COLUMN_QUADRATIC_H_
