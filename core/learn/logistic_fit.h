#ifndef SERIN_CORE_LEARN_LOGISTIC_FIT_H_
#define SERIN_CORE_LEARN_LOGISTIC_FIT_H_

#include <vector>

#include "absl/status/statusor.h"
#include "core/learn/algorithm.h"

namespace serin {

struct LogisticOptions {
  // Penalties on |weights| and on half their squares, of the sum over the rows.
  double l1;
  double l2;
  int max_iterations;
};

// Both return the parameters (logistic_loss.h) that minimise the loss, or what was reached after
// max_iterations. CANCELLED when the sink says so.

// Without l1, by L-BFGS in coordinates in which the loss is about equally curved everywhere. Stops
// when a step of the size of the gradient would gain less than about 1e-14 of the mean loss.
absl::StatusOr<std::vector<double>> FitLogisticSmooth(const TrainingSet& data,
                                                      const LogisticOptions& options,
                                                      const IterationSink& sink);

// With l1, by proximal Newton steps: each minimises the second-order model of the loss plus the
// penalty by coordinate descent (Yuan, Ho and Lin, "An improved GLMNET for l1-regularized logistic
// regression", JMLR 13, 2012). INVALID_ARGUMENT on `hyperparameters.l1` with more than 3,000
// parameters, whose second derivatives would take too long.
absl::StatusOr<std::vector<double>> FitLogisticSparse(const TrainingSet& data,
                                                      const LogisticOptions& options,
                                                      const IterationSink& sink);

// Where both begin: weights of 0 and the intercepts that give every row the classes' shares.
std::vector<double> LogisticStart(const TrainingSet& data);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_LOGISTIC_FIT_H_
