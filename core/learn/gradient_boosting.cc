#include "core/learn/gradient_boosting.h"

#include <vector>

#include "core/learn/class_weights.h"
#include "core/learn/describe_hyperparameter.h"
#include "core/learn/gradient_boosting_fit.h"
#include "core/learn/monotone.h"
#include "core/learn/tree_parameters.h"

namespace serin {
namespace {

std::vector<v1::Hyperparameter> DescribeRounds() {
  return {
      SearchLogarithmic(
          IntegerParameter("rounds",
                           "Trees per class (one tree per round for two classes and numbers).", 100,
                           {.min = 1, .max = 10'000}),
          100, 1000),
      SearchLogarithmic(
          NumberParameter("learning_rate", "Share of each tree's correction that is applied.", 0.1,
                          {.min = 0, .max = 1, .min_exclusive = true}),
          0.02, 0.3),
      SearchUniform(
          IntegerParameter("early_stopping_rounds",
                           "Ends when the loss on validation rows has not fallen for so many "
                           "rounds, and keeps the rounds up to the best one. 0: all rounds are "
                           "done.",
                           0, {.min = 0, .max = 10'000}),
          10, 50),
      NumberParameter("validation_share",
                      "Share of the training rows (of each class) set aside at random for early "
                      "stopping; not used without it.",
                      0.1, {.min = 0, .max = 0.5, .min_exclusive = true})};
}

std::vector<v1::Hyperparameter> DescribeTrees() {
  return {
      SearchUniform(
          IntegerParameter("max_depth", "Most splits between the root of a tree and a leaf.", 3,
                           {.min = 1, .max = 16}),
          2, 8),
      SearchLogarithmic(
          NumberParameter("min_child_weight",
                          "Least sum of the rows' second derivatives in a leaf; for regression, "
                          "least number of rows.",
                          1, {.min = 0, .max = 1e6}),
          0.5, 20),
      NumberParameter("min_split_gain",
                      "Least reduction of the loss, summed over the rows, that a split has to "
                      "bring; for regression in units of about the target's variance.",
                      0, {.min = 0, .max = 1e9}),
      NumberParameter("l1", "Penalty on the absolute values of the leaves.", 0,
                      {.min = 0, .max = 1e6}),
      SearchLogarithmic(NumberParameter("l2", "Penalty on the squares of the leaves' values.", 1,
                                        {.min = 0, .max = 1e6}),
                        0.1, 10),
      SearchUniform(NumberParameter("row_share", "Share of the rows drawn at random for each tree.",
                                    1, {.min = 0, .max = 1, .min_exclusive = true}),
                    0.5, 1),
      SearchUniform(
          NumberParameter("feature_share", "Share of the inputs drawn at random for each tree.", 1,
                          {.min = 0, .max = 1, .min_exclusive = true}),
          0.4, 1)};
}

}  // namespace

Algorithm GradientBoosting() {
  Algorithm algorithm{{}, InputKind::kRaw, &FitGradientBoosting};
  v1::Algorithm& description = algorithm.description;
  description.set_name("gradient_boosting");
  description.set_description(
      "Many small decision trees, each correcting those before it: usually the most accurate, "
      "finds interactions by itself, takes missing values as they are.");
  description.add_tasks(v1::TASK_CLASSIFICATION);
  description.add_tasks(v1::TASK_REGRESSION);
  for (const std::vector<v1::Hyperparameter>& parameters :
       {DescribeRounds(), DescribeTrees(), HistogramParameters(), ClassWeightParameters()}) {
    description.mutable_hyperparameters()->Add(parameters.begin(), parameters.end());
  }
  *description.add_hyperparameters() = MonotoneParameter();
  description.set_reference(
      "T. Chen and C. Guestrin, XGBoost: A scalable tree boosting system, KDD 2016");
  return algorithm;
}

}  // namespace serin
