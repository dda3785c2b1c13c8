#include "core/learn/ridge_regression.h"

#include "core/base/status_macros.h"
#include "core/learn/least_squares.h"

namespace serin {
namespace {

absl::Status Fit(const TrainingSet& data, const Hyperparameters& hyperparameters, uint64_t,
                 const IterationSink&, internal::v1::Predictor* model) {
  SERIN_ASSIGN_OR_RETURN(*model->mutable_linear(),
                         SolveLeastSquares(data, hyperparameters.Number("l2")));
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
      NumberParameter("l2",
                      "Penalty on the squares of the weights: minimises the sum of the squared "
                      "errors + l2 * the sum of the squared weights (of standardised inputs); "
                      "scikit-learn's Ridge(alpha=l2).",
                      1, {.min = 0, .max = 1e9, .min_exclusive = true}),
      1e-3, 1e4);
  description.set_reference(
      "A. Hoerl and R. Kennard, Ridge regression: Biased estimation for nonorthogonal problems, "
      "Technometrics 12(1), 1970");
  return algorithm;
}

}  // namespace serin
