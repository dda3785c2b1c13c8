#include "core/learn/lbfgs.h"

#include <lbfgs.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "absl/strings/str_cat.h"

namespace serin {
namespace {

// What the line search of liblbfgs gives up on is a minimum if the gradient is this small.
constexpr double kRoundingTolerance = 1e-5;

struct Problem {
  const DifferentiableFunction& function;
  const IterationSink& sink;
  int max_iterations;
};

double EvaluateCallback(void* instance, const double* at, double* gradient, const int,
                        const double) {
  return static_cast<Problem*>(instance)->function(at, gradient);
}

// Anything but 0 stops it and is what lbfgs() returns.
int ProgressCallback(void* instance, const double*, const double*, const double value, const double,
                     const double, const double, int, int iteration, int) {
  const auto& problem = *static_cast<Problem*>(instance);
  return problem.sink(Iteration{iteration, problem.max_iterations, value}) ? 0 : LBFGSERR_CANCELED;
}

double Norm(const std::vector<double>& v) {
  double sum = 0;
  for (const double x : v) sum += x * x;
  return std::sqrt(sum);
}

bool NearMinimum(const DifferentiableFunction& function, const std::vector<double>& point) {
  std::vector<double> gradient(point.size());
  function(point.data(), gradient.data());
  return Norm(gradient) <= kRoundingTolerance * std::max(1.0, Norm(point));
}

lbfgs_parameter_t Parameters(const LbfgsOptions& options) {
  lbfgs_parameter_t parameters;
  lbfgs_parameter_init(&parameters);
  parameters.m = 10;
  parameters.epsilon = options.gradient_tolerance;
  parameters.max_iterations = options.max_iterations;
  return parameters;
}

// True if liblbfgs ended with a result, be it not the best.
bool Ended(int code) { return code >= 0 || code == LBFGSERR_MAXIMUMITERATION; }

}  // namespace

absl::Status Minimise(const DifferentiableFunction& function, const LbfgsOptions& options,
                      const IterationSink& sink, std::vector<double>* point) {
  const int size = static_cast<int>(point->size());
  // liblbfgs wants memory of its own, aligned for SIMD.
  const std::unique_ptr<double, decltype(&lbfgs_free)> at(lbfgs_malloc(size), &lbfgs_free);
  std::copy(point->begin(), point->end(), at.get());
  Problem problem{function, sink, options.max_iterations};
  lbfgs_parameter_t parameters = Parameters(options);
  const int code =
      lbfgs(size, at.get(), nullptr, &EvaluateCallback, &ProgressCallback, &problem, &parameters);
  std::copy_n(at.get(), size, point->begin());
  if (code == LBFGSERR_CANCELED) return absl::CancelledError("training was stopped");
  if (Ended(code) || NearMinimum(function, *point)) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("L-BFGS ended far from a minimum, with code ", code));
}

}  // namespace serin
