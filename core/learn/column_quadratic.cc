#include "core/learn/column_quadratic.h"

namespace serin {

ColumnQuadratic::ColumnQuadratic(const TrainingSet& data)
    : rows_(static_cast<double>(data.row_count)) {
  const auto rows = static_cast<Eigen::Index>(data.row_count);
  const auto inputs = static_cast<Eigen::Index>(data.input_count);
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  columns_ = Eigen::Map<const RowMajor>(data.inputs.data(), rows, inputs);
  input_means_ = columns_.colwise().mean();
  columns_.rowwise() -= input_means_.transpose();
  targets_ = Eigen::Map<const Eigen::VectorXd>(data.targets.data(), rows);
  target_mean_ = targets_.mean();
  targets_.array() -= target_mean_;
  curvatures_ = columns_.colwise().squaredNorm() / rows_;
  residuals_ = targets_;
}

void ColumnQuadratic::Refresh(const Eigen::VectorXd& weights) {
  residuals_ = targets_;
  for (Eigen::Index i = 0; i < weights.size(); ++i) {
    if (weights[i] != 0) residuals_ -= weights[i] * columns_.col(i);
  }
}

}  // namespace serin
