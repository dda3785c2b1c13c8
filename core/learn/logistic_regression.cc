#include "core/learn/logistic_regression.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/learn/lbfgs.h"
#include "core/learn/logistic_loss.h"

namespace serin {
namespace {

// Stop once the gradient of the mean loss is below this (relative to the size of the weights, if
// they are large). On the Adult data (23,000 x 105) that is 2e-8 above the least loss, as where
// scikit-learn stops; a thousandth of it takes twice as many steps, for digits that no metric
// shows.
constexpr double kGradientTolerance = 1e-6;

// L-BFGS keeps about 25 numbers per parameter: 2 GB.
constexpr size_t kMaxParameters = 10'000'000;

absl::Status CheckParameterCount(const TrainingSet& data, size_t count) {
  if (count <= kMaxParameters) return absl::OkStatus();
  return InvalidField("algorithm", absl::StrCat("logistic_regression takes at most ",
                                                kMaxParameters, " weights, these are ", count, ": ",
                                                data.class_count, " classes of ", data.input_count,
                                                " inputs; use gradient_boosting"));
}

void Export(const std::vector<double>& parameters, size_t input_count,
            internal::v1::LinearEstimator* linear) {
  for (size_t first = 0; first < parameters.size(); first += input_count + 1) {
    const double* weights = parameters.data() + first;
    linear->mutable_weights()->Add(weights, weights + input_count);
    linear->add_intercepts(weights[input_count]);
  }
}

absl::Status Fit(const TrainingSet& data, const Hyperparameters& hyperparameters, uint64_t,
                 const IterationSink& sink, internal::v1::Predictor* model) {
  const LogisticLoss loss(data, hyperparameters.Number("l2"));
  SERIN_RETURN_IF_ERROR(CheckParameterCount(data, loss.parameter_count()));
  std::vector<double> parameters(loss.parameter_count(), 0.0);
  const LbfgsOptions options{hyperparameters.Integer("max_iterations"), kGradientTolerance};
  absl::Status status =
      Minimise([&](const double* at, double* gradient) { return loss.Evaluate(at, gradient); },
               options, sink, &parameters);
  if (status.ok()) Export(parameters, data.input_count, model->mutable_linear());
  return status;
}

}  // namespace

Algorithm LogisticRegression() {
  Algorithm algorithm{{}, InputKind::kStandardised, &Fit};
  v1::Algorithm& description = algorithm.description;
  description.set_name("logistic_regression");
  description.set_description(
      "Class probabilities from a weighted sum of the features: quick, simple to explain, and "
      "well calibrated where effects add up.");
  description.add_tasks(v1::TASK_CLASSIFICATION);
  *description.add_hyperparameters() = SearchLogarithmic(
      NumberParameter("l2", "Penalty on the squares of the weights (of standardised inputs).", 1,
                      {.min = 0, .max = 1e9, .min_exclusive = true}),
      1e-4, 1e4);
  *description.add_hyperparameters() = IntegerParameter(
      "max_iterations", "Most iterations of the optimiser.", 1000, {.min = 1, .max = 100'000});
  description.set_reference(
      "D. Cox, The regression analysis of binary sequences, Journal of the Royal Statistical "
      "Society B 20(2), 1958");
  return algorithm;
}

}  // namespace serin
