#include "core/learn/elastic_net.h"

#include "core/learn/elastic_net_fit.h"

namespace serin {
namespace {

constexpr Range kAlphas{.min = 0, .max = 1e9, .min_exclusive = true};

absl::Status FitElasticNet(const TrainingSet& data, const Hyperparameters& hyperparameters,
                           uint64_t, const IterationSink& sink, internal::v1::Predictor* model) {
  return FitElasticNet(data,
                       {.alpha = hyperparameters.Number("alpha"),
                        .l1_ratio = hyperparameters.Number("l1_ratio"),
                        .max_iterations = hyperparameters.Integer("max_iterations")},
                       sink, model->mutable_linear());
}

absl::Status FitLasso(const TrainingSet& data, const Hyperparameters& hyperparameters, uint64_t,
                      const IterationSink& sink, internal::v1::Predictor* model) {
  return FitElasticNet(data,
                       {.alpha = hyperparameters.Number("alpha"),
                        .l1_ratio = 1,
                        .max_iterations = hyperparameters.Integer("max_iterations")},
                       sink, model->mutable_linear());
}

v1::Hyperparameter MaxIterations() {
  return IntegerParameter("max_iterations", "Most passes over the inputs.", 10'000,
                          {.min = 1, .max = 1'000'000});
}

}  // namespace

Algorithm Lasso() {
  Algorithm algorithm{{}, InputKind::kStandardised, &FitLasso};
  v1::Algorithm& description = algorithm.description;
  description.set_name("lasso");
  description.set_description(
      "A weighted sum of few of the features: the weights of the others are 0, which tells which "
      "of many features matter.");
  description.add_tasks(v1::TASK_REGRESSION);
  *description.add_hyperparameters() = SearchLogarithmic(
      NumberParameter(
          "alpha",
          "Penalty on the weights (of standardised inputs), in the target's unit: "
          "minimises half the mean of the squared errors + alpha * the sum of |weights|; "
          "scikit-learn's Lasso(alpha).",
          1, kAlphas),
      1e-4, 100);
  *description.add_hyperparameters() = MaxIterations();
  description.set_reference(
      "R. Tibshirani, Regression shrinkage and selection via the lasso, Journal of the Royal "
      "Statistical Society B 58(1), 1996");
  return algorithm;
}

Algorithm ElasticNet() {
  Algorithm algorithm{{}, InputKind::kStandardised, &FitElasticNet};
  v1::Algorithm& description = algorithm.description;
  description.set_name("elastic_net");
  description.set_description(
      "Between lasso and ridge_regression: few features get a weight, and features that go "
      "together get it together.");
  description.add_tasks(v1::TASK_REGRESSION);
  *description.add_hyperparameters() = SearchLogarithmic(
      NumberParameter("alpha",
                      "Penalty on the weights (of standardised inputs): minimises half the mean of "
                      "the squared errors + alpha * l1_ratio * the sum of |weights| + alpha * "
                      "(1 - l1_ratio) / 2 * the sum of their squares; scikit-learn's "
                      "ElasticNet(alpha, l1_ratio).",
                      1, kAlphas),
      1e-4, 100);
  *description.add_hyperparameters() = SearchUniform(
      NumberParameter("l1_ratio", "Share of the penalty that is on |weights|; 1 is lasso.", 0.5,
                      {.min = 0, .max = 1, .min_exclusive = true}),
      0.05, 1);
  *description.add_hyperparameters() = MaxIterations();
  description.set_reference(
      "H. Zou and T. Hastie, Regularization and variable selection via the elastic net, Journal of "
      "the Royal Statistical Society B 67(2), 2005; J. Friedman, T. Hastie and R. Tibshirani, "
      "Regularization paths for generalized linear models via coordinate descent, Journal of "
      "Statistical Software 33(1), 2010");
  return algorithm;
}

}  // namespace serin
