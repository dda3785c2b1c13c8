#include "core/learn/gradient_boosting.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/status_macros.h"
#include "core/learn/xgboost_booster.h"
#include "core/learn/xgboost_model.h"

namespace serin {
namespace {

// The number of threads decides in which order XGBoost adds up gradients, and with it the last bits
// of the model. So the data decide, not the machine: one thread where starting more would cost more
// than they save, else four.
constexpr size_t kOneThreadCells = 200'000;
constexpr int kThreads = 4;

int ThreadsFor(const TrainingSet& data) {
  return data.row_count * data.input_count <= kOneThreadCells ? 1 : kThreads;
}

using Parameters = std::vector<std::pair<std::string, std::string>>;

// A number as XGBoost reads it back without loss, in its single precision. It refuses those that
// are 0 to it and not written so.
std::string Text(double number) {
  constexpr double kZero = std::numeric_limits<float>::min();
  return absl::StrFormat("%.9g", std::abs(number) <= kZero ? 0 : number);
}

Parameters ObjectiveParameters(const TrainingSet& data) {
  if (data.class_count == 2) return {{"objective", "binary:logistic"}, {"eval_metric", "logloss"}};
  if (data.class_count > 2) {
    return {{"objective", "multi:softprob"},
            {"eval_metric", "mlogloss"},
            {"num_class", absl::StrCat(data.class_count)}};
  }
  // The first trees need not find the mean.
  const double sum = std::accumulate(data.targets.begin(), data.targets.end(), 0.0);
  return {{"objective", "reg:squarederror"},
          {"eval_metric", "rmse"},
          {"base_score", Text(sum / static_cast<double>(data.row_count))}};
}

Parameters BoosterParameters(const Hyperparameters& hyperparameters, uint64_t seed, int threads) {
  return {{"booster", "gbtree"},
          {"tree_method", "hist"},
          {"verbosity", "0"},
          {"nthread", absl::StrCat(threads)},
          // XGBoost's seeds are signed.
          {"seed", absl::StrCat(seed & std::numeric_limits<int64_t>::max())},
          {"learning_rate", Text(hyperparameters.Number("learning_rate"))},
          {"max_depth", absl::StrCat(hyperparameters.Integer("max_depth"))},
          {"min_child_weight", Text(hyperparameters.Number("min_child_weight"))},
          {"lambda", Text(hyperparameters.Number("l2"))},
          {"subsample", Text(hyperparameters.Number("row_share"))},
          {"colsample_bytree", Text(hyperparameters.Number("feature_share"))},
          {"max_bin", absl::StrCat(hyperparameters.Integer("max_bins"))}};
}

absl::Status SetParameters(const Parameters& parameters, XgboostBooster* booster) {
  for (const auto& [name, value] : parameters) {
    SERIN_RETURN_IF_ERROR(booster->SetParameter(name, value));
  }
  return absl::OkStatus();
}

absl::Status BoostRounds(int rounds, const IterationSink& sink, XgboostBooster* booster) {
  for (int round = 0; round < rounds; ++round) {
    SERIN_RETURN_IF_ERROR(booster->Boost(round));
    SERIN_ASSIGN_OR_RETURN(const double loss, booster->Loss(round));
    if (!sink({round + 1, rounds, loss})) return absl::CancelledError("training was stopped");
  }
  return absl::OkStatus();
}

absl::Status Fit(const TrainingSet& data, const Hyperparameters& hyperparameters, uint64_t seed,
                 const IterationSink& sink, internal::v1::Predictor* model) {
  const int threads = ThreadsFor(data);
  SERIN_ASSIGN_OR_RETURN(const XgboostMatrix matrix, XgboostMatrix::Create(data, threads));
  SERIN_ASSIGN_OR_RETURN(XgboostBooster booster, XgboostBooster::Create(matrix));
  SERIN_RETURN_IF_ERROR(SetParameters(ObjectiveParameters(data), &booster));
  SERIN_RETURN_IF_ERROR(SetParameters(BoosterParameters(hyperparameters, seed, threads), &booster));
  SERIN_RETURN_IF_ERROR(BoostRounds(hyperparameters.Integer("rounds"), sink, &booster));
  SERIN_ASSIGN_OR_RETURN(const std::string saved, booster.SaveAsUbjson());
  SERIN_ASSIGN_OR_RETURN(*model->mutable_trees(), ParseXgboostModel(saved));
  return absl::OkStatus();
}

void DescribeHyperparameters(v1::Algorithm* description) {
  const std::vector<v1::Hyperparameter> parameters = {
      IntegerParameter("rounds",
                       "Trees per class (one tree per round for two classes and numbers).", 100,
                       {.min = 1, .max = 10'000}),
      NumberParameter("learning_rate", "Share of each tree's correction that is applied.", 0.1,
                      {.min = 0, .max = 1, .min_exclusive = true}),
      IntegerParameter("max_depth", "Most splits between the root of a tree and a leaf.", 3,
                       {.min = 1, .max = 16}),
      NumberParameter("min_child_weight",
                      "Least sum of the rows' second derivatives in a leaf; for regression, least "
                      "number of rows.",
                      1, {.min = 0, .max = 1e6}),
      NumberParameter("l2", "Penalty on the squares of the leaves' values.", 1,
                      {.min = 0, .max = 1e6}),
      NumberParameter("row_share", "Share of the rows drawn at random for each tree.", 1,
                      {.min = 0, .max = 1, .min_exclusive = true}),
      NumberParameter("feature_share", "Share of the inputs drawn at random for each tree.", 1,
                      {.min = 0, .max = 1, .min_exclusive = true}),
      IntegerParameter("max_bins", "Most intervals that an input is cut into to look for splits.",
                       256, {.min = 2, .max = 1024})};
  description->mutable_hyperparameters()->Add(parameters.begin(), parameters.end());
}

}  // namespace

Algorithm GradientBoosting() {
  Algorithm algorithm{{}, InputKind::kRaw, &Fit};
  v1::Algorithm& description = algorithm.description;
  description.set_name("gradient_boosting");
  description.set_description(
      "Many small decision trees, each correcting those before it: usually the most accurate, "
      "finds interactions by itself, takes missing values as they are.");
  description.add_tasks(v1::TASK_CLASSIFICATION);
  description.add_tasks(v1::TASK_REGRESSION);
  DescribeHyperparameters(&description);
  description.set_reference(
      "T. Chen and C. Guestrin, XGBoost: A scalable tree boosting system, KDD 2016");
  return algorithm;
}

}  // namespace serin
