#include "core/learn/mlp.h"

#include <utility>
#include <vector>

#include "core/learn/mlp_fit.h"

namespace serin {
namespace {

using internal::v1::MlpEstimator;

absl::Status Fit(const TrainingSet& data, const Hyperparameters& hyperparameters, uint64_t seed,
                 const IterationSink& sink, internal::v1::Predictor* model) {
  const bool tanh = hyperparameters.String("activation") == "tanh";
  const MlpOptions options{
      .hidden_layers = hyperparameters.IntegerList("hidden_layers"),
      .activation = tanh ? MlpEstimator::ACTIVATION_TANH : MlpEstimator::ACTIVATION_RELU,
      .learning_rate = hyperparameters.Number("learning_rate"),
      .l2 = hyperparameters.Number("l2"),
      .batch_size = static_cast<size_t>(hyperparameters.Integer("batch_size")),
      .max_epochs = hyperparameters.Integer("max_epochs"),
      .patience = hyperparameters.Integer("patience"),
      .validation_share = hyperparameters.Number("validation_share")};
  return FitMlp(data, options, seed, sink, model->mutable_mlp());
}

std::vector<v1::Hyperparameter> DescribeLayers() {
  return {
      SearchAmong(IntegerListParameter("hidden_layers",
                                       "Units of each layer between inputs and outputs; none "
                                       "makes it a linear model. scikit-learn's "
                                       "hidden_layer_sizes.",
                                       {100}, {.min = 1, .max = 4096}, 8),
                  {ListValueOf({32}), ListValueOf({100}), ListValueOf({256}), ListValueOf({64, 32}),
                   ListValueOf({128, 64})}),
      SearchAll(StringParameter("activation", "What a unit makes of its sum: max(0, x) or tanh(x).",
                                {"relu", "tanh"}))};
}

std::vector<v1::Hyperparameter> DescribeSteps() {
  return {
      SearchLogarithmic(NumberParameter("learning_rate", "Length of Adam's steps.", 0.002,
                                        {.min = 0, .max = 1, .min_exclusive = true}),
                        3e-4, 0.03),
      SearchLogarithmic(NumberParameter("l2",
                                        "Penalty on the squares of the weights; scikit-learn's "
                                        "alpha.",
                                        1e-4, {.min = 0, .max = 1e6}),
                        1e-5, 10),
      IntegerParameter("batch_size", "Rows that a step looks at.", 64, {.min = 1, .max = 100'000}),
      IntegerParameter("max_epochs", "Most passes over the rows.", 200, {.min = 1, .max = 10'000}),
      IntegerParameter("patience",
                       "Passes without an improvement of 0.0001 after which it ends; the best is "
                       "kept.",
                       20, {.min = 1, .max = 10'000}),
      NumberParameter(
          "validation_share",
          "Share of the rows that are not learned from but tell which pass was best; 0: "
          "the training rows tell.",
          0.1, {.min = 0, .max = 0.5})};
}

}  // namespace

Algorithm Mlp() {
  Algorithm algorithm{{}, InputKind::kStandardised, &Fit};
  v1::Algorithm& description = algorithm.description;
  description.set_name("mlp");
  description.set_description(
      "A neural network of fully connected layers: finds smooth effects and interactions by "
      "itself, but takes more rows and time, and depends on its settings.");
  description.add_tasks(v1::TASK_CLASSIFICATION);
  description.add_tasks(v1::TASK_REGRESSION);
  for (const auto& describe : {&DescribeLayers, &DescribeSteps}) {
    for (v1::Hyperparameter& parameter : describe()) {
      *description.add_hyperparameters() = std::move(parameter);
    }
  }
  description.set_reference(
      "D. Rumelhart, G. Hinton and R. Williams, Learning representations by back-propagating "
      "errors, Nature 323, 1986; D. Kingma and J. Ba, Adam: A method for stochastic optimization, "
      "ICLR 2015");
  return algorithm;
}

}  // namespace serin
