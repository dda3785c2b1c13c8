#ifndef SERIN_CORE_LEARN_LBFGS_H_
#define SERIN_CORE_LEARN_LBFGS_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "core/learn/algorithm.h"

namespace serin {

// Writes the gradient at a point and returns the value.
using DifferentiableFunction = std::function<double(const double* at, double* gradient)>;

struct LbfgsOptions {
  int max_iterations;
  // Stop once |gradient| <= this * max(1, |point|).
  double gradient_tolerance;
};

// Moves `point` to the minimum of a convex function. Stops early, and calls it a success, after
// max_iterations or where rounding leaves nothing to gain. CANCELLED when the sink says so;
// INTERNAL if no minimum is near.
absl::Status Minimise(const DifferentiableFunction& function, const LbfgsOptions& options,
                      const IterationSink& sink, std::vector<double>* point);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_LBFGS_H_
