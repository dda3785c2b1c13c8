#include "core/learn/least_squares.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/learn/centred_products.h"
#include "core/learn/eigen_blocking.h"
#include "core/learn/linear_export.h"

namespace serin {
namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Side of the largest system that is solved: 800 MB.
constexpr size_t kMaxSystem = 10'000;

// Eigenvalues below this share of the largest are rounding errors of 0: products are exact to about
// 1e-16 of the largest, times a few hundred for the sums.
constexpr double kNoise = 1e-13;

// Below this the factorisation has lost half of its digits, and the slower way is taken.
constexpr double kWellConditioned = 1e-8;

absl::Status CheckSize(const TrainingSet& data) {
  if (std::min(data.row_count, data.input_count) <= kMaxSystem) return absl::OkStatus();
  return InvalidField("algorithm",
                      absl::StrCat("least squares take at most ", kMaxSystem,
                                   " rows or inputs, these are ", data.row_count, " rows of ",
                                   data.input_count, " inputs; use gradient_boosting"));
}

// The x of least |x| among those with the least |A x - b|: the pseudo-inverse of the symmetric A.
VectorXd SolveWithLeastNorm(const MatrixXd& a, const VectorXd& b) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(a);
  const VectorXd& values = solver.eigenvalues();  // Ascending.
  const double least = kNoise * std::max(values[values.size() - 1], 0.0);
  VectorXd coordinates = solver.eigenvectors().transpose() * b;
  for (Eigen::Index i = 0; i < values.size(); ++i) {
    coordinates[i] = values[i] > least ? coordinates[i] / values[i] : 0;
  }
  return solver.eigenvectors() * coordinates;
}

// (A + l2 I)^-1 b for a symmetric A of which the lower half is given.
VectorXd Solve(MatrixXd a, double l2, const VectorXd& b) {
  a.diagonal().array() += l2;
  const Eigen::LLT<MatrixXd> factors(a);
  if (factors.info() == Eigen::Success && factors.rcond() > kWellConditioned) {
    return factors.solve(b);
  }
  return l2 > 0 ? VectorXd(a.selfadjointView<Eigen::Lower>().ldlt().solve(b))
                : SolveWithLeastNorm(a, b);
}

// weights = (X'X + l2 I)^-1 X'y.
VectorXd SolveByInputs(const TrainingSet& data, double l2, CentredProducts* products) {
  *products = ProductsOfInputs(data);
  return Solve(std::move(products->inputs), l2, products->with_target);
}

// The same weights by the smaller system where there are fewer rows: X'(XX' + l2 I)^-1 y.
VectorXd SolveByRows(const TrainingSet& data, double l2, CentredProducts* products) {
  SetMeans(data, products);
  const Eigen::Map<const Matrix> inputs(data.inputs.data(),
                                        static_cast<Eigen::Index>(data.row_count),
                                        static_cast<Eigen::Index>(data.input_count));
  const Eigen::Map<const VectorXd> targets(data.targets.data(), inputs.rows());
  const VectorXd duals = Solve(ProductsOfRows(data, products->input_means), l2,
                               targets.array() - products->target_mean);
  return inputs.transpose() * duals - products->input_means * duals.sum();
}

}  // namespace

absl::StatusOr<internal::v1::LinearEstimator> SolveLeastSquares(const TrainingSet& data,
                                                                double l2) {
  SERIN_RETURN_IF_ERROR(CheckSize(data));
  PinEigenBlocking();
  CentredProducts products;
  const VectorXd weights = data.input_count <= data.row_count ? SolveByInputs(data, l2, &products)
                                                              : SolveByRows(data, l2, &products);
  return ExportRegression(weights, products.target_mean - products.input_means.dot(weights));
}

}  // namespace serin
