#include "core/learn/linear_regression.h"

#include "core/base/status_macros.h"
#include "core/learn/least_squares.h"

namespace serin {
namespace {

absl::Status Fit(const TrainingSet& data, const Hyperparameters&, uint64_t, const IterationSink&,
                 internal::v1::Predictor* model) {
  SERIN_ASSIGN_OR_RETURN(*model->mutable_linear(), SolveLeastSquares(data, /*l2=*/0));
  return absl::OkStatus();
}

}  // namespace

Algorithm LinearRegression() {
  Algorithm algorithm{{}, InputKind::kStandardised, &Fit};
  v1::Algorithm& description = algorithm.description;
  description.set_name("linear_regression");
  description.set_description(
      "The weighted sum of the features with the least squared error: no setting to choose, and "
      "the one to explain first; with many features and few rows ridge_regression is better.");
  description.add_tasks(v1::TASK_REGRESSION);
  description.set_reference(
      "C. F. Gauss, Theoria combinationis observationum erroribus minimis obnoxiae, 1823; "
      "T. Hastie, R. Tibshirani and J. Friedman, The Elements of Statistical Learning, 2nd "
      "edition, section 3.2, 2009");
  return algorithm;
}

}  // namespace serin
