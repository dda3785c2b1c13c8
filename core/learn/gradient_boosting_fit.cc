#include "core/learn/gradient_boosting_fit.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/interchange/xgboost_model.h"
#include "core/learn/boosting_rounds.h"
#include "core/learn/class_weights.h"
#include "core/learn/monotone.h"
#include "core/learn/target_scale.h"
#include "core/learn/validation_rows.h"
#include "core/learn/xgboost_booster.h"
#include "core/learn/xgboost_parameters.h"

namespace serin {
namespace {

XgboostTruth TruthOf(const TrainingSet& data, const std::vector<size_t>& rows,
                     const std::optional<TargetScale>& scale,
                     const std::vector<double>& class_weights) {
  XgboostTruth truth;
  for (const size_t row : rows) {
    const double target = data.targets[row];
    truth.labels.push_back(scale ? scale->Scaled(target) : static_cast<float>(target));
    if (!class_weights.empty()) {
      truth.weights.push_back(static_cast<float>(class_weights[static_cast<size_t>(target)]));
    }
  }
  return truth;
}

XgboostParameters ObjectiveParameters(size_t class_count) {
  if (class_count == 0) {
    return {{"objective", "reg:squarederror"}, {"eval_metric", "rmse"}, {"base_score", "0"}};
  }
  if (class_count == 2) return {{"objective", "binary:logistic"}, {"eval_metric", "logloss"}};
  return {{"objective", "multi:softprob"},
          {"eval_metric", "mlogloss"},
          {"num_class", absl::StrCat(class_count)}};
}

void AddTreeParameters(const Hyperparameters& hyperparameters, XgboostParameters* parameters) {
  const auto number = [&](const char* xgboost, const char* ours) {
    parameters->emplace_back(xgboost, XgboostNumber(hyperparameters.Number(ours)));
  };
  const auto integer = [&](const char* xgboost, const char* ours) {
    parameters->emplace_back(xgboost, absl::StrCat(hyperparameters.Integer(ours)));
  };
  number("learning_rate", "learning_rate");
  integer("max_depth", "max_depth");
  number("min_child_weight", "min_child_weight");
  number("gamma", "min_split_gain");
  number("alpha", "l1");
  number("lambda", "l2");
  number("subsample", "row_share");
  number("colsample_bytree", "feature_share");
  integer("max_bin", "max_bins");
}

void KeepRounds(int rounds, internal::v1::TreeEnsemble* trees) {
  const int kept = rounds * trees->output_count();
  trees->mutable_trees()->DeleteSubrange(kept, trees->trees_size() - kept);
}

// The matrices that a model is fitted on and, with early stopping, looked at.
struct Matrices {
  XgboostMatrix training;
  std::optional<XgboostMatrix> validation;
};

absl::StatusOr<Matrices> MakeMatrices(const TrainingSet& data, const ValidationSplit& split,
                                      const std::optional<TargetScale>& scale,
                                      const std::vector<double>& class_weights,
                                      const XgboostMatrix::Options& options) {
  const auto make = [&](const std::vector<size_t>& rows, const XgboostMatrix* like) {
    return XgboostMatrix::Create(data, rows, TruthOf(data, rows, scale, class_weights), options,
                                 like);
  };
  SERIN_ASSIGN_OR_RETURN(XgboostMatrix training, make(split.training, nullptr));
  Matrices matrices{std::move(training), std::nullopt};
  if (!split.validation.empty()) {
    SERIN_ASSIGN_OR_RETURN(matrices.validation, make(split.validation, &matrices.training));
  }
  return matrices;
}

absl::StatusOr<XgboostParameters> ParametersOf(const TrainingSet& data,
                                               const Hyperparameters& hyperparameters,
                                               const internal::v1::Predictor& model, int threads,
                                               uint64_t seed) {
  XgboostParameters parameters = HistogramTrees(threads, seed);
  for (auto& parameter : ObjectiveParameters(data.class_count)) parameters.push_back(parameter);
  AddTreeParameters(hyperparameters, &parameters);
  SERIN_ASSIGN_OR_RETURN(const std::string monotone,
                         MonotoneConstraints(data, hyperparameters, model));
  if (!monotone.empty()) parameters.emplace_back("monotone_constraints", monotone);
  return parameters;
}

absl::StatusOr<internal::v1::TreeEnsemble> ExportTrees(XgboostBooster* booster, int rounds) {
  SERIN_ASSIGN_OR_RETURN(const std::string saved, booster->SaveAsUbjson());
  SERIN_ASSIGN_OR_RETURN(internal::v1::TreeEnsemble trees, ParseXgboostModel(saved));
  KeepRounds(rounds, &trees);
  return trees;
}

}  // namespace

absl::Status FitGradientBoosting(const TrainingSet& data, const Hyperparameters& hyperparameters,
                                 uint64_t seed, const IterationSink& sink,
                                 internal::v1::Predictor* model) {
  std::optional<TargetScale> scale;
  if (data.class_count == 0) {
    SERIN_ASSIGN_OR_RETURN(scale, TargetScale::Of(data.targets));
  }
  SERIN_ASSIGN_OR_RETURN(const std::vector<double> weights,
                         ClassWeights(data, hyperparameters, *model));
  const XgboostMatrix::Options options{
      XgboostThreads(data), static_cast<size_t>(hyperparameters.Integer("max_bins")),
      static_cast<size_t>(hyperparameters.Integer("max_categories"))};
  SERIN_ASSIGN_OR_RETURN(const XgboostParameters parameters,
                         ParametersOf(data, hyperparameters, *model, options.threads, seed));

  const int patience = hyperparameters.Integer("early_stopping_rounds");
  const double share = patience > 0 ? hyperparameters.Number("validation_share") : 0;
  SERIN_ASSIGN_OR_RETURN(
      const Matrices matrices,
      MakeMatrices(data, SplitForValidation(data, share, seed), scale, weights, options));
  const bool validates = matrices.validation.has_value();
  SERIN_ASSIGN_OR_RETURN(
      XgboostBooster booster,
      XgboostBooster::Create(matrices.training, validates ? &*matrices.validation : nullptr,
                             parameters));
  BoostingRounds rounds(hyperparameters.Integer("rounds"), validates ? patience : 0,
                        scale ? scale->Unscaled(1) : 1, sink);
  SERIN_ASSIGN_OR_RETURN(const int kept, rounds.Run(&booster));
  SERIN_ASSIGN_OR_RETURN(*model->mutable_trees(), ExportTrees(&booster, kept));
  if (scale) scale->Unscale(model->mutable_trees());
  return absl::OkStatus();
}

}  // namespace serin
