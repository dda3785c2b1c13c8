#include "core/learn/elastic_net_fit.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <memory>

#include "core/base/status_macros.h"
#include "core/learn/coordinate_descent.h"
#include "core/learn/lasso_loss.h"
#include "core/learn/linear_export.h"

namespace serin {
namespace {

using Eigen::VectorXd;

constexpr double kGapTolerance = 1e-10;
constexpr double kChangeTolerance = 1e-7;

// Passes between two looks at the gap.
constexpr int kRound = 10;

struct Progress {
  double objective;
  // At least how far the objective is above its minimum.
  double gap;
};

// The gap to the dual objective at the residuals, scaled until they are feasible: Kim, Koh, Lustig,
// Boyd and Gorinevsky, "An interior-point method for large-scale l1-regularized least squares",
// 2007. The squared penalty counts as further rows.
Progress Measure(const LassoLoss& loss, const Quadratic& quadratic, double l1, double l2,
                 const VectorXd& weights) {
  const LassoLoss::Residuals residuals = loss.ResidualsAt(weights);
  double steepest = 0;
  for (Eigen::Index i = 0; i < weights.size(); ++i) {
    const double slope = quadratic.Slope(static_cast<size_t>(i)) + l2 * weights[i];
    steepest = std::max(steepest, std::abs(slope));
  }
  const double scale = steepest > l1 ? l1 / steepest : 1;
  const double absolute = weights.lpNorm<1>();
  const double squares = weights.squaredNorm();
  return {residuals.squares / 2 + l1 * absolute + l2 / 2 * squares,
          residuals.squares * (1 + scale * scale) / 2 - scale * residuals.with_target +
              l1 * absolute + l2 / 2 * (1 + scale * scale) * squares};
}

// Goes through all coordinates once and then through those that are not 0. Returns the change of
// the first pass, which is 0 only at the minimum.
double DescendRound(const ElasticPenalty& penalty, Quadratic* quadratic, VectorXd* weights) {
  const double change = Descend(Coordinates::kAll, penalty, quadratic, weights);
  for (int pass = 1; pass < kRound; ++pass) {
    if (Descend(Coordinates::kNonZero, penalty, quadratic, weights) == 0) break;
  }
  return change;
}

absl::Status Minimise(const ElasticNetOptions& options, const IterationSink& sink, LassoLoss* loss,
                      VectorXd* weights) {
  const double l1 = options.alpha * options.l1_ratio;
  const double l2 = options.alpha * (1 - options.l1_ratio);
  const ElasticPenalty penalty{VectorXd::Constant(weights->size(), l1),
                               VectorXd::Constant(weights->size(), l2)};
  const double variance = loss->target_variance();
  if (!std::isfinite(variance)) return TargetsTooLarge();
  for (int passes = 0; passes < options.max_iterations; passes += kRound) {
    const double change = DescendRound(penalty, loss->quadratic(), weights);
    loss->Refresh(*weights);
    const Progress progress = Measure(*loss, *loss->quadratic(), l1, l2, *weights);
    if (!sink({std::min(passes + kRound, options.max_iterations), options.max_iterations,
               progress.objective})) {
      return absl::CancelledError("training was stopped");
    }
    const bool still = change <= kChangeTolerance * std::sqrt(variance);
    if (still && progress.gap <= kGapTolerance * variance) break;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status FitElasticNet(const TrainingSet& data, const ElasticNetOptions& options,
                           const IterationSink& sink, internal::v1::LinearEstimator* linear) {
  const std::unique_ptr<LassoLoss> loss = MakeLassoLoss(data);
  VectorXd weights = VectorXd::Zero(static_cast<Eigen::Index>(data.input_count));
  SERIN_RETURN_IF_ERROR(Minimise(options, sink, loss.get(), &weights));
  SERIN_ASSIGN_OR_RETURN(*linear, ExportRegression(weights, loss->InterceptOf(weights)));
  return absl::OkStatus();
}

}  // namespace serin
