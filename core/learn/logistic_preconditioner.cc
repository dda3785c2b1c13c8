#include "core/learn/logistic_preconditioner.h"

#include <Eigen/Cholesky>
#include <algorithm>

namespace serin {
namespace {

using Eigen::Map;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr size_t kMaxSide = 1000;

// Rows per parameter that make the sampled curvatures about right in every direction.
constexpr size_t kRowsPerParameter = 20;
constexpr size_t kLargestStep = 8;

// What curvatures are raised by, relative to the largest: directions that the sample does not know.
constexpr double kDamping = 1e-6;

size_t StepFor(const LogisticLoss& loss) {
  return std::clamp<size_t>(loss.row_count() / (kRowsPerParameter * loss.side()), 1, kLargestStep);
}

// Adds the penalty (not on the intercept) and the damping to the second derivatives.
template <typename Diagonal>
void Raise(double penalty, Diagonal diagonal) {
  const double damping = kDamping * std::max(diagonal.maxCoeff(), 1e-12);
  diagonal.array() += damping;
  diagonal.head(diagonal.size() - 1).array() += penalty;
}

MatrixXd Factor(const LogisticLoss& loss, double penalty, const std::vector<double>& probabilities,
                size_t step, size_t margin) {
  if (loss.side() <= kMaxSide) {
    MatrixXd curvatures = loss.Curvatures(probabilities, step, margin, margin);
    Raise(penalty, curvatures.diagonal());
    const Eigen::LLT<MatrixXd> factors(curvatures);
    if (factors.info() == Eigen::Success) return factors.matrixL();
  }
  VectorXd diagonal = loss.CurvatureDiagonal(probabilities, step, margin);
  Raise(penalty, diagonal.head(diagonal.size()));
  return diagonal.cwiseSqrt();
}

bool IsDiagonal(const MatrixXd& factor) { return factor.cols() == 1 && factor.rows() > 1; }

}  // namespace

LogisticPreconditioner::LogisticPreconditioner(const LogisticLoss& loss, double l2,
                                               const std::vector<double>& parameters)
    : side_(loss.side()) {
  const size_t step = StepFor(loss);
  const double penalty = l2 / static_cast<double>(loss.row_count());
  const std::vector<double> probabilities = loss.Probabilities(parameters.data(), step);
  for (size_t margin = 0; margin < loss.margin_count(); ++margin) {
    factors_.push_back(Factor(loss, penalty, probabilities, step, margin));
  }
}

std::vector<double> LogisticPreconditioner::ToCoordinates(
    const std::vector<double>& parameters) const {
  std::vector<double> coordinates(parameters.size());
  for (size_t margin = 0; margin < factors_.size(); ++margin) {
    const MatrixXd& factor = factors_[margin];
    const auto side = static_cast<Eigen::Index>(side_);
    const Map<const VectorXd> from(parameters.data() + margin * side_, side);
    Map<VectorXd> to(coordinates.data() + margin * side_, side);
    if (IsDiagonal(factor)) {
      to = factor.col(0).cwiseProduct(from);
    } else {
      to = factor.transpose().triangularView<Eigen::Upper>() * from;
    }
  }
  return coordinates;
}

void LogisticPreconditioner::ToParameters(const double* coordinates, double* parameters) const {
  for (size_t margin = 0; margin < factors_.size(); ++margin) {
    const MatrixXd& factor = factors_[margin];
    const auto side = static_cast<Eigen::Index>(side_);
    const Map<const VectorXd> from(coordinates + margin * side_, side);
    Map<VectorXd> to(parameters + margin * side_, side);
    if (IsDiagonal(factor)) {
      to = from.cwiseQuotient(factor.col(0));
    } else {
      to = factor.transpose().triangularView<Eigen::Upper>().solve(from);
    }
  }
}

void LogisticPreconditioner::ToCoordinateGradient(double* gradient) const {
  for (size_t margin = 0; margin < factors_.size(); ++margin) {
    const MatrixXd& factor = factors_[margin];
    Map<VectorXd> at(gradient + margin * side_, static_cast<Eigen::Index>(side_));
    if (IsDiagonal(factor)) {
      at = at.cwiseQuotient(factor.col(0));
    } else {
      factor.triangularView<Eigen::Lower>().solveInPlace(at);
    }
  }
}

}  // namespace serin
