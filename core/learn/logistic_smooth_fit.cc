#include <algorithm>

#include "core/base/status_macros.h"
#include "core/engine/estimator.h"
#include "core/learn/class_counts.h"
#include "core/learn/eigen_blocking.h"
#include "core/learn/lbfgs.h"
#include "core/learn/logistic_fit.h"
#include "core/learn/logistic_loss.h"
#include "core/learn/logistic_preconditioner.h"

namespace serin {
namespace {

// Of the gradient in coordinates with curvatures of about 1: where it is this small the loss is
// about the square of this above its minimum.
constexpr double kGradientTolerance = 1e-7;

// Iterations with the curvatures of the start; what is then left is done with those found there.
constexpr int kFirstIterations = 4;

// Takes the mean over the margins off each parameter. Adding the same to all classes' parameters
// changes no probability, so the best ones have a mean of 0; and in that direction the loss is so
// flat that it would be left to the last. Without effect for two classes, which have one margin.
void CentreOverClasses(const LogisticLoss& loss, double* parameters) {
  if (loss.margin_count() == 1) return;
  for (size_t i = 0; i < loss.side(); ++i) {
    double sum = 0;
    for (size_t k = 0; k < loss.margin_count(); ++k) sum += parameters[k * loss.side() + i];
    const double mean = sum / static_cast<double>(loss.margin_count());
    for (size_t k = 0; k < loss.margin_count(); ++k) parameters[k * loss.side() + i] -= mean;
  }
}

// Minimises in the coordinates of a preconditioner made at the point.
absl::Status Improve(const LogisticLoss& loss, double l2, const LbfgsOptions& options,
                     const IterationSink& sink, std::vector<double>* parameters) {
  const LogisticPreconditioner change(loss, l2, *parameters);
  std::vector<double> coordinates = change.ToCoordinates(*parameters);
  const auto evaluate = [&](const double* at, double* gradient) {
    change.ToParameters(at, parameters->data());
    CentreOverClasses(loss, parameters->data());
    const double value = loss.Evaluate(parameters->data(), gradient);
    CentreOverClasses(loss, gradient);
    change.ToCoordinateGradient(gradient);
    return value;
  };
  SERIN_RETURN_IF_ERROR(Minimise(evaluate, options, sink, &coordinates));
  change.ToParameters(coordinates.data(), parameters->data());
  CentreOverClasses(loss, parameters->data());
  return absl::OkStatus();
}

}  // namespace

std::vector<double> LogisticStart(const TrainingSet& data) {
  const size_t margins = MarginsFor(data.class_count);
  const size_t side = data.input_count + 1;
  const std::vector<double> shares = LogShares(data);
  std::vector<double> parameters(margins * side);
  if (margins == 1) {
    parameters.back() = shares[1] - shares[0];
    return parameters;
  }
  for (size_t k = 0; k < margins; ++k) parameters[k * side + data.input_count] = shares[k];
  return parameters;
}

absl::StatusOr<std::vector<double>> FitLogisticSmooth(const TrainingSet& data,
                                                      const LogisticOptions& options,
                                                      const IterationSink& sink) {
  PinEigenBlocking();
  const LogisticLoss loss(data, options.l2);
  std::vector<double> parameters = LogisticStart(data);
  int done = 0;
  const auto count_on = [&](const Iteration& iteration) {
    return sink({++done, options.max_iterations, iteration.loss});
  };
  const int first = std::min(kFirstIterations, options.max_iterations);
  SERIN_RETURN_IF_ERROR(
      Improve(loss, options.l2, {first, kGradientTolerance}, count_on, &parameters));
  // Fewer iterations than allowed: it has come to its end.
  if (done < first || done >= options.max_iterations) return parameters;
  SERIN_RETURN_IF_ERROR(Improve(loss, options.l2,
                                {options.max_iterations - done, kGradientTolerance}, count_on,
                                &parameters));
  return parameters;
}

}  // namespace serin
