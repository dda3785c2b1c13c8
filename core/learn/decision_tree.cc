#include "core/learn/decision_tree.h"

#include <vector>

#include "core/base/status_macros.h"
#include "core/learn/class_weights.h"
#include "core/learn/describe_hyperparameter.h"
#include "core/learn/forest.h"
#include "core/learn/tree_parameters.h"

namespace serin {
namespace {

absl::Status Fit(const TrainingSet& data, const Hyperparameters& hyperparameters, uint64_t seed,
                 const IterationSink& sink, internal::v1::Predictor* model) {
  ForestOptions options;
  options.max_depth = hyperparameters.Integer("max_depth");
  options.min_leaf_rows = hyperparameters.Number("min_leaf_rows");
  options.smoothing = hyperparameters.Number("smoothing");
  options.min_gain_share = hyperparameters.Number("min_gain_share");
  options.max_bins = hyperparameters.Integer("max_bins");
  options.max_categories = static_cast<size_t>(hyperparameters.Integer("max_categories"));
  SERIN_ASSIGN_OR_RETURN(options.class_weights, ClassWeights(data, hyperparameters, *model));
  return FitForest(data, options, seed, sink, model);
}

std::vector<v1::Hyperparameter> DescribeTree() {
  return {
      SearchUniform(IntegerParameter("max_depth", "Most splits between the root and a leaf.", 6,
                                     {.min = 1, .max = 20}),
                    2, 14),
      SearchLogarithmic(
          NumberParameter("min_leaf_rows",
                          "Fewest rows in a leaf; with class weights, the least sum of them.", 5,
                          {.min = 1, .max = 1e6}),
          1, 50),
      SearchLogarithmic(
          NumberParameter("min_gain_share",
                          "Least reduction of the squared error (for classes, of the Gini "
                          "impurity) by a split, as a share of that of all rows. Prunes the tree.",
                          0, {.min = 0, .max = 1}),
          1e-5, 1e-2)};
}

}  // namespace

Algorithm DecisionTree() {
  Algorithm algorithm{{}, InputKind::kRaw, &Fit};
  v1::Algorithm& description = algorithm.description;
  description.set_name("decision_tree");
  description.set_description(
      "One tree of simple questions: easy to read, rarely the most accurate; takes missing values "
      "as they are. Three and more classes have a tree each.");
  description.add_tasks(v1::TASK_CLASSIFICATION);
  description.add_tasks(v1::TASK_REGRESSION);
  for (const std::vector<v1::Hyperparameter>& parameters :
       {DescribeTree(), LeafParameters(1), HistogramParameters(), ClassWeightParameters()}) {
    description.mutable_hyperparameters()->Add(parameters.begin(), parameters.end());
  }
  description.set_reference(
      "L. Breiman, J. Friedman, R. Olshen and C. Stone, Classification and Regression Trees, 1984");
  return algorithm;
}

}  // namespace serin
