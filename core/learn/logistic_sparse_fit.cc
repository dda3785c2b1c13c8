#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/learn/coordinate_descent.h"
#include "core/learn/logistic_fit.h"
#include "core/learn/logistic_loss.h"

namespace serin {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Side of the matrix of second derivatives: 72 MB.
constexpr size_t kMaxParameters = 3000;

// Both in the unit of the square root of the mean loss.
constexpr double kStepTolerance = 1e-8;
constexpr double kDescentTolerance = 1e-10;
constexpr int kMaxPasses = 1000;

// Second derivatives are raised by this much of the largest, so that they are positive in the
// direction in which all intercepts grow alike.
constexpr double kDamping = 1e-10;

// Armijo's share of the decrease that the model promises.
constexpr double kSufficient = 1e-4;
constexpr int kMaxHalvings = 40;

absl::Status CheckSize(const LogisticLoss& loss) {
  if (loss.parameter_count() <= kMaxParameters) return absl::OkStatus();
  return InvalidField("hyperparameters.l1",
                      absl::StrCat("is for at most ", kMaxParameters, " weights, these are ",
                                   loss.parameter_count(), "; set it to 0 and use l2"));
}

// The l1 penalty of each parameter, per row; none on intercepts.
VectorXd Penalties(const LogisticLoss& loss, double l1) {
  VectorXd penalties = VectorXd::Constant(static_cast<Index>(loss.parameter_count()),
                                          l1 / static_cast<double>(loss.row_count()));
  for (size_t i = loss.side(); i <= loss.parameter_count(); i += loss.side()) {
    penalties[static_cast<Index>(i) - 1] = 0;
  }
  return penalties;
}

// All second derivatives of the smooth part of the loss.
MatrixXd AllCurvatures(const LogisticLoss& loss, double l2, const VectorXd& parameters) {
  const std::vector<double> probabilities = loss.Probabilities(parameters.data(), 1);
  const auto side = static_cast<Index>(loss.side());
  MatrixXd all(parameters.size(), parameters.size());
  for (size_t a = 0; a < loss.margin_count(); ++a) {
    for (size_t b = 0; b <= a; ++b) {
      const MatrixXd block = loss.Curvatures(probabilities, 1, a, b);
      all.block(static_cast<Index>(a) * side, static_cast<Index>(b) * side, side, side) = block;
      all.block(static_cast<Index>(b) * side, static_cast<Index>(a) * side, side, side) = block;
    }
  }
  const double penalty = l2 / static_cast<double>(loss.row_count());
  const double damping = kDamping * all.diagonal().maxCoeff();
  for (Index i = 0; i < all.rows(); ++i) {
    all(i, i) += damping + ((i + 1) % side == 0 ? 0 : penalty);
  }
  return all;
}

struct Point {
  VectorXd parameters;
  VectorXd gradient;  // Of the smooth part.
  double value;       // With the l1 penalty.
};

Point Evaluate(const LogisticLoss& loss, const VectorXd& penalties, VectorXd parameters) {
  Point point{std::move(parameters), VectorXd(penalties.size()), 0};
  point.value = loss.Evaluate(point.parameters.data(), point.gradient.data()) +
                penalties.dot(point.parameters.cwiseAbs());
  return point;
}

// The minimum of the second-order model at a point.
VectorXd MinimiseModel(const Point& point, const MatrixXd& curvatures, const VectorXd& penalties) {
  DenseQuadratic model(curvatures, point.gradient);
  VectorXd parameters = point.parameters;
  DescendUntil(kDescentTolerance, kMaxPasses, {penalties, VectorXd::Zero(penalties.size())}, &model,
               &parameters);
  return parameters;
}

// Goes from a point towards the model's minimum, half as far again and again until the loss falls
// as it should. False where rounding leaves nothing to gain.
bool Step(const LogisticLoss& loss, const VectorXd& penalties, const VectorXd& target,
          Point* point) {
  const VectorXd direction = target - point->parameters;
  const double promised = point->gradient.dot(direction) + penalties.dot(target.cwiseAbs()) -
                          penalties.dot(point->parameters.cwiseAbs());
  double share = 1;
  for (int halvings = 0; halvings < kMaxHalvings; ++halvings, share /= 2) {
    Point next = Evaluate(loss, penalties,
                          share == 1 ? target : VectorXd(point->parameters + share * direction));
    if (next.value <= point->value + kSufficient * share * promised) {
      *point = std::move(next);
      return true;
    }
  }
  return false;
}

}  // namespace

absl::StatusOr<std::vector<double>> FitLogisticSparse(const TrainingSet& data,
                                                      const LogisticOptions& options,
                                                      const IterationSink& sink) {
  const LogisticLoss loss(data, options.l2);
  SERIN_RETURN_IF_ERROR(CheckSize(loss));
  const VectorXd penalties = Penalties(loss, options.l1);
  const std::vector<double> start = LogisticStart(data);
  Point point = Evaluate(
      loss, penalties, Eigen::Map<const VectorXd>(start.data(), static_cast<Index>(start.size())));
  for (int iteration = 1; iteration <= options.max_iterations; ++iteration) {
    const MatrixXd curvatures = AllCurvatures(loss, options.l2, point.parameters);
    const VectorXd target = MinimiseModel(point, curvatures, penalties);
    const double step =
        ((target - point.parameters).array().abs() * curvatures.diagonal().array().sqrt())
            .maxCoeff();
    const bool moved = Step(loss, penalties, target, &point);
    if (!sink({iteration, options.max_iterations, point.value})) {
      return absl::CancelledError("training was stopped");
    }
    if (!moved || step <= kStepTolerance) break;
  }
  return std::vector<double>(point.parameters.begin(), point.parameters.end());
}

}  // namespace serin
