#include "core/learn/logistic_regression.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/engine/estimator.h"
#include "core/learn/linear_export.h"
#include "core/learn/logistic_fit.h"

namespace serin {
namespace {

// L-BFGS keeps about 25 numbers per parameter: 2 GB.
constexpr size_t kMaxParameters = 10'000'000;

absl::Status CheckParameterCount(const TrainingSet& data) {
  const size_t count = MarginsFor(data.class_count) * (data.input_count + 1);
  if (count <= kMaxParameters) return absl::OkStatus();
  return InvalidField("algorithm", absl::StrCat("logistic_regression takes at most ",
                                                kMaxParameters, " weights, these are ", count, ": ",
                                                data.class_count, " classes of ", data.input_count,
                                                " inputs; use gradient_boosting"));
}

absl::Status Fit(const TrainingSet& data, const Hyperparameters& hyperparameters, uint64_t,
                 const IterationSink& sink, internal::v1::Predictor* model) {
  SERIN_RETURN_IF_ERROR(CheckParameterCount(data));
  const LogisticOptions options{hyperparameters.Number("l1"), hyperparameters.Number("l2"),
                                hyperparameters.Integer("max_iterations")};
  const auto fit = options.l1 > 0 ? &FitLogisticSparse : &FitLogisticSmooth;
  SERIN_ASSIGN_OR_RETURN(const std::vector<double> parameters, fit(data, options, sink));
  *model->mutable_linear() = ExportClassification(parameters, data.input_count);
  return absl::OkStatus();
}

std::vector<v1::Hyperparameter> DescribeHyperparameters() {
  return {
      SearchLogarithmic(
          NumberParameter("l2",
                          "Penalty on the squares of the weights (of standardised inputs): "
                          "minimises the sum over the rows of -ln p(true class) + l2 / 2 * the "
                          "sum of the squared weights; scikit-learn's C = 1 / l2. With 0 (and "
                          "l1 0) there may be no best weights, and max_iterations decides.",
                          1, {.min = 0, .max = 1e9}),
          1e-4, 1e4),
      NumberParameter("l1",
                      "Penalty on |weights|, which leaves many of them 0: adds l1 * the sum of "
                      "|weights|. Without l2, scikit-learn's penalty='l1' with C = 1 / l1; with "
                      "both, C = 1 / (l1 + l2) and l1_ratio = l1 / (l1 + l2). For at most 3,000 "
                      "weights (inputs times classes; one class for two); searches leave it as it "
                      "is.",
                      0, {.min = 0, .max = 1e9}),
      IntegerParameter("max_iterations", "Most iterations of the optimiser.", 1000,
                       {.min = 1, .max = 100'000})};
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
  for (v1::Hyperparameter& parameter : DescribeHyperparameters()) {
    *description.add_hyperparameters() = std::move(parameter);
  }
  description.set_reference(
      "D. Cox, The regression analysis of binary sequences, Journal of the Royal Statistical "
      "Society B 20(2), 1958; D. Liu and J. Nocedal, On the limited memory BFGS method for large "
      "scale optimization, Mathematical Programming 45, 1989; G.-X. Yuan, C.-H. Ho and C.-J. Lin, "
      "An improved GLMNET for l1-regularized logistic regression, JMLR 13, 2012");
  return algorithm;
}

}  // namespace serin
