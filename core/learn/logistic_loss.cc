#include "core/learn/logistic_loss.h"

#include <algorithm>

#include "core/engine/estimator.h"
#include "core/learn/gram_kernel.h"
#include "core/learn/logistic_block.h"

namespace serin {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Rows whose products are added at once.
constexpr size_t kProductRows = 64;

// The derivative of p[a] by margin b: the covariance of the indicators of both classes.
double Covariance(const double* p, size_t margin_count, size_t a, size_t b) {
  if (margin_count == 1) return p[0] * (1 - p[0]);
  return a == b ? p[a] * (1 - p[a]) : -p[a] * p[b];
}

}  // namespace

LogisticLoss::LogisticLoss(const TrainingSet& data, double l2)
    : data_(data), l2_(l2), margin_count_(MarginsFor(data.class_count)) {}

double LogisticLoss::Evaluate(const double* parameters, double* gradient) const {
  std::vector<double> margins(kLogisticBlockRows * margin_count_);
  std::fill_n(gradient, parameter_count(), 0.0);
  double loss = 0;
  for (size_t row = 0; row < data_.row_count; row += kLogisticBlockRows) {
    const LogisticBlock block{
        data_.inputs.data() + row * data_.input_count, data_.targets.data() + row,
        std::min(kLogisticBlockRows, data_.row_count - row), data_.input_count, margin_count_};
    loss += AddLogisticBlock(block, parameters, margins.data(), gradient);
  }
  const double rows = static_cast<double>(data_.row_count);
  double squares = 0;
  for (size_t i = 0; i < parameter_count(); ++i) {
    const bool intercept = i % side() == data_.input_count;
    const double weight = intercept ? 0 : parameters[i];
    squares += weight * weight;
    gradient[i] = (gradient[i] + l2_ * weight) / rows;
  }
  return (loss + l2_ / 2 * squares) / rows;
}

std::vector<double> LogisticLoss::Probabilities(const double* parameters, size_t step) const {
  const size_t rows = (data_.row_count + step - 1) / step;
  std::vector<double> probabilities(rows * margin_count_);
  for (size_t i = 0; i < rows; ++i) {
    const LogisticBlock row{data_.inputs.data() + i * step * data_.input_count, nullptr, 1,
                            data_.input_count, margin_count_};
    LogisticProbabilities(row, parameters, probabilities.data() + i * margin_count_);
  }
  return probabilities;
}

Eigen::MatrixXd LogisticLoss::Curvatures(const std::vector<double>& probabilities, size_t step,
                                         size_t a, size_t b) const {
  const size_t rows = probabilities.size() / margin_count_;
  const size_t width = PaddedWidth(side());
  std::vector<double> right(kProductRows * width);
  std::vector<double> left(kProductRows * width);
  RowMajor sums =
      RowMajor::Zero(static_cast<Eigen::Index>(width), static_cast<Eigen::Index>(width));
  for (size_t first = 0; first < rows; first += kProductRows) {
    const size_t count = std::min(kProductRows, rows - first);
    for (size_t i = 0; i < count; ++i) {
      const double* from = data_.inputs.data() + (first + i) * step * data_.input_count;
      double* row = right.data() + i * width;
      std::copy_n(from, data_.input_count, row);
      row[data_.input_count] = 1;
      const double weight =
          Covariance(probabilities.data() + (first + i) * margin_count_, margin_count_, a, b);
      std::transform(row, row + side(), left.data() + i * width,
                     [weight](double x) { return weight * x; });
    }
    AddProducts(left.data(), right.data(), count, width, sums.data());
  }
  const auto side = static_cast<Eigen::Index>(this->side());
  Eigen::MatrixXd curvatures = sums.topLeftCorner(side, side) / static_cast<double>(rows);
  curvatures.triangularView<Eigen::StrictlyUpper>() = curvatures.transpose();
  return curvatures;
}

Eigen::VectorXd LogisticLoss::CurvatureDiagonal(const std::vector<double>& probabilities,
                                                size_t step, size_t a) const {
  const size_t rows = probabilities.size() / margin_count_;
  const auto inputs = static_cast<Eigen::Index>(data_.input_count);
  Eigen::VectorXd sums = Eigen::VectorXd::Zero(inputs + 1);
  for (size_t i = 0; i < rows; ++i) {
    const Eigen::Map<const Eigen::VectorXd> row(data_.inputs.data() + i * step * data_.input_count,
                                                inputs);
    const double weight = Covariance(probabilities.data() + i * margin_count_, margin_count_, a, a);
    sums.head(inputs) += weight * row.cwiseAbs2();
    sums[inputs] += weight;
  }
  return sums / static_cast<double>(rows);
}

}  // namespace serin
