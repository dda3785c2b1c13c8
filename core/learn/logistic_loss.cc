#include "core/learn/logistic_loss.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "core/engine/estimator.h"

namespace serin {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Both functions below take the margins of one row, return -ln p(true class) and leave the
// derivatives by the margins in their place. They are written so that no exponential overflows.

double BinaryRow(double target, double* margin) {
  const double towards = target == 1 ? *margin : -*margin;
  const double e = std::exp(-std::abs(*margin));
  const double p = *margin >= 0 ? 1 / (1 + e) : e / (1 + e);
  *margin = p - target;
  return std::max(0.0, -towards) + std::log1p(e);
}

double MultinomialRow(size_t target, size_t class_count, double* margins) {
  const double largest = *std::max_element(margins, margins + class_count);
  const double towards = margins[target] - largest;
  double sum = 0;
  for (size_t i = 0; i < class_count; ++i) {
    margins[i] = std::exp(margins[i] - largest);
    sum += margins[i];
  }
  for (size_t i = 0; i < class_count; ++i) margins[i] /= sum;
  margins[target] -= 1;
  return std::log(sum) - towards;
}

// Turns all margins into derivatives; returns the sum of the losses.
double ToDerivatives(const std::vector<double>& targets, Matrix* margins) {
  const auto margin_count = static_cast<size_t>(margins->cols());
  double sum = 0;
  for (size_t row = 0; row < targets.size(); ++row) {
    double* at = margins->data() + row * margin_count;
    sum += margin_count == 1 ? BinaryRow(targets[row], at)
                             : MultinomialRow(static_cast<size_t>(targets[row]), margin_count, at);
  }
  return sum;
}

}  // namespace

LogisticLoss::LogisticLoss(const TrainingSet& data, double l2)
    : data_(data), l2_(l2), margin_count_(MarginsFor(data.class_count)) {}

size_t LogisticLoss::parameter_count() const { return margin_count_ * (data_.input_count + 1); }

double LogisticLoss::Evaluate(const double* parameters, double* gradient) const {
  const Eigen::Map<const Matrix> inputs(data_.inputs.data(), data_.row_count, data_.input_count);
  // One row per margin: the weights, then the intercept.
  const Eigen::Map<const Matrix> at(parameters, margin_count_, data_.input_count + 1);
  Eigen::Map<Matrix> slope(gradient, margin_count_, data_.input_count + 1);
  const auto weights = at.leftCols(data_.input_count);

  Matrix margins = inputs * weights.transpose();
  margins.rowwise() += at.rightCols(1).transpose().row(0);
  const double loss = ToDerivatives(data_.targets, &margins);

  const auto rows = static_cast<double>(data_.row_count);
  slope.leftCols(data_.input_count) = (margins.transpose() * inputs + l2_ * weights) / rows;
  slope.rightCols(1) = margins.colwise().sum().transpose() / rows;
  return (loss + l2_ / 2 * weights.squaredNorm()) / rows;
}

}  // namespace serin
