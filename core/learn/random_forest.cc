#include "core/learn/random_forest.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/base/status_macros.h"
#include "core/learn/class_weights.h"
#include "core/learn/describe_hyperparameter.h"
#include "core/learn/forest.h"
#include "core/learn/tree_parameters.h"

namespace serin {
namespace {

constexpr char kAutomatic[] = "automatic";
constexpr char kSquareRoot[] = "square_root";
constexpr char kThird[] = "third";
constexpr char kHalf[] = "half";
constexpr char kAll[] = "all";

// Of the inputs, the share that a split may choose from: at least one of them.
double SplitShare(const std::string& choice, size_t input_count, bool regression) {
  const auto inputs = static_cast<double>(input_count);
  const bool third = choice == kThird || (choice == kAutomatic && regression);
  double share = 1;
  if (third) share = 1.0 / 3;
  if (choice == kHalf) share = 0.5;
  if (choice == kSquareRoot || (choice == kAutomatic && !regression)) share = 1 / std::sqrt(inputs);
  return std::clamp(std::floor(share * inputs + 1e-9), 1.0, inputs) / inputs;
}

absl::Status Fit(const TrainingSet& data, const Hyperparameters& hyperparameters, uint64_t seed,
                 const IterationSink& sink, internal::v1::Predictor* model) {
  ForestOptions options;
  options.trees = hyperparameters.Integer("trees");
  options.max_depth = hyperparameters.Integer("max_depth");
  options.min_leaf_rows = hyperparameters.Number("min_leaf_rows");
  options.smoothing = hyperparameters.Number("smoothing");
  options.split_inputs =
      SplitShare(hyperparameters.String("split_features"), data.input_count, data.class_count == 0);
  options.bootstrap = hyperparameters.Boolean("bootstrap");
  options.max_bins = hyperparameters.Integer("max_bins");
  options.max_categories = static_cast<size_t>(hyperparameters.Integer("max_categories"));
  SERIN_ASSIGN_OR_RETURN(options.class_weights, ClassWeights(data, hyperparameters, *model));
  return FitForest(data, options, seed, sink, model);
}

std::vector<v1::Hyperparameter> DescribeForest() {
  return {IntegerParameter("trees",
                           "Trees in the forest (for three and more classes, per class). More are "
                           "never worse, but slower.",
                           100, {.min = 1, .max = 2'000}),
          SearchUniform(
              IntegerParameter("max_depth", "Most splits between the root of a tree and a leaf.",
                               14, {.min = 1, .max = 20}),
              6, 18),
          SearchLogarithmic(
              NumberParameter("min_leaf_rows",
                              "Fewest rows in a leaf; with class weights, the least sum of them.",
                              2, {.min = 1, .max = 1e6}),
              1, 20),
          SearchAll(StringParameter(
              "split_features",
              "How many features, drawn at random, a split chooses from: their square root for "
              "classes and a third of them for numbers, unless another share is given.",
              {kAutomatic, kSquareRoot, kThird, kHalf, kAll})),
          BooleanParameter("bootstrap",
                           "Grows each tree on as many rows as there are, drawn with replacement.",
                           true)};
}

}  // namespace

Algorithm RandomForest() {
  Algorithm algorithm{{}, InputKind::kRaw, &Fit};
  v1::Algorithm& description = algorithm.description;
  description.set_name("random_forest");
  description.set_description(
      "The mean of many deep decision trees that each saw other rows and features: good without "
      "tuning, hard to overfit, takes missing values as they are.");
  description.add_tasks(v1::TASK_CLASSIFICATION);
  description.add_tasks(v1::TASK_REGRESSION);
  for (const std::vector<v1::Hyperparameter>& parameters :
       {DescribeForest(), LeafParameters(0.5), HistogramParameters(), ClassWeightParameters()}) {
    description.mutable_hyperparameters()->Add(parameters.begin(), parameters.end());
  }
  description.set_reference("L. Breiman, Random forests, Machine Learning 45(1), 2001");
  return algorithm;
}

}  // namespace serin
