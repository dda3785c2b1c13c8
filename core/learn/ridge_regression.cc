#include "core/learn/ridge_regression.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"

namespace serin {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

// Side of the largest system that is solved: 800 MB.
constexpr size_t kMaxSystem = 10'000;

// (A A' + l2 I)^-1 b. Only the lower half of the symmetric matrix is computed.
template <typename Factor>
Vector SolveRegularised(const Factor& a, double l2, const Vector& b) {
  Eigen::MatrixXd system = Eigen::MatrixXd::Zero(a.rows(), a.rows());
  system.selfadjointView<Eigen::Lower>().rankUpdate(a);
  system.diagonal().array() += l2;
  return system.selfadjointView<Eigen::Lower>().ldlt().solve(b);
}

// The smaller of the two equivalent systems: weights = (X'X + l2 I)^-1 X'y = X'(XX' + l2 I)^-1 y.
Vector Solve(const Matrix& inputs, const Vector& targets, double l2) {
  if (inputs.cols() <= inputs.rows()) {
    return SolveRegularised(inputs.transpose(), l2, inputs.transpose() * targets);
  }
  return inputs.transpose() * SolveRegularised(inputs, l2, targets);
}

absl::Status Fit(const TrainingSet& data, const Hyperparameters& hyperparameters, uint64_t,
                 const IterationSink&, internal::v1::Predictor* model) {
  if (std::min(data.row_count, data.input_count) > kMaxSystem) {
    return InvalidField("algorithm",
                        absl::StrCat("ridge_regression takes at most ", kMaxSystem,
                                     " rows or inputs, these are ", data.row_count, " rows of ",
                                     data.input_count, " inputs; use gradient_boosting"));
  }
  Matrix inputs = Eigen::Map<const Matrix>(data.inputs.data(), data.row_count, data.input_count);
  const Vector targets = Eigen::Map<const Vector>(data.targets.data(), data.row_count);
  // Centred data need no intercept; it is what makes the means meet.
  const Eigen::RowVectorXd input_means = inputs.colwise().mean();
  const double target_mean = targets.mean();
  inputs.rowwise() -= input_means;
  const Vector weights = Solve(inputs, targets.array() - target_mean, hyperparameters.Number("l2"));

  internal::v1::LinearEstimator& linear = *model->mutable_linear();
  linear.mutable_weights()->Add(weights.begin(), weights.end());
  linear.add_intercepts(target_mean - input_means.dot(weights));
  return absl::OkStatus();
}

}  // namespace

Algorithm RidgeRegression() {
  Algorithm algorithm{{}, InputKind::kStandardised, &Fit};
  v1::Algorithm& description = algorithm.description;
  description.set_name("ridge_regression");
  description.set_description(
      "A weighted sum of the features with small weights: quick, simple to explain, and hard to "
      "beat where effects add up.");
  description.add_tasks(v1::TASK_REGRESSION);
  *description.add_hyperparameters() = SearchLogarithmic(
      NumberParameter("l2", "Penalty on the squares of the weights (of standardised inputs).", 1,
                      {.min = 0, .max = 1e9, .min_exclusive = true}),
      1e-4, 1e4);
  description.set_reference(
      "A. Hoerl and R. Kennard, Ridge regression: Biased estimation for nonorthogonal problems, "
      "Technometrics 12(1), 1970");
  return algorithm;
}

}  // namespace serin
