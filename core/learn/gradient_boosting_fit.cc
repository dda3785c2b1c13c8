#include "core/learn/gradient_boosting_fit.h"

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/learn/class_weights.h"
#include "core/learn/monotone.h"
#include "core/learn/target_scale.h"
#include "core/learn/validation_rows.h"
#include "core/learn/xgboost_booster.h"
#include "core/learn/xgboost_model.h"
#include "core/learn/xgboost_parameters.h"

namespace serin {
namespace {

// What is given to XGBoost as truth, and counted by how much.
struct Truth {
  std::vector<float> labels;   // One per row.
  std::vector<float> weights;  // One per row, or none where all count the same.
};

Truth TruthOf(const TrainingSet& data, const std::vector<size_t>& rows,
              const std::optional<TargetScale>& scale, const std::vector<double>& class_weights) {
  Truth truth;
  for (const size_t row : rows) {
    const double target = data.targets[row];
    truth.labels.push_back(scale ? scale->Scaled(target) : static_cast<float>(target));
    if (!class_weights.empty()) {
      truth.weights.push_back(static_cast<float>(class_weights[static_cast<size_t>(target)]));
    }
  }
  return truth;
}

absl::StatusOr<XgboostMatrix> MakeMatrix(const TrainingSet& data, const std::vector<size_t>& rows,
                                         const Truth& truth,
                                         const XgboostMatrix::Options& options) {
  SERIN_ASSIGN_OR_RETURN(XgboostMatrix matrix, XgboostMatrix::Create(data, rows, options));
  SERIN_RETURN_IF_ERROR(matrix.SetLabels(truth.labels));
  if (!truth.weights.empty()) SERIN_RETURN_IF_ERROR(matrix.SetWeights(truth.weights));
  return matrix;
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

// Boosts round by round, and finds the last round that is worth keeping.
class Boosting {
 public:
  Boosting(const Hyperparameters& hyperparameters, bool validates, double loss_unit,
           const IterationSink& sink)
      : rounds_(hyperparameters.Integer("rounds")),
        patience_(validates ? hyperparameters.Integer("early_stopping_rounds") : 0),
        loss_unit_(loss_unit),
        sink_(sink) {}

  // Returns how many rounds are kept.
  absl::StatusOr<int> Run(XgboostBooster* booster) {
    for (int round = 0; round < rounds_; ++round) {
      SERIN_RETURN_IF_ERROR(booster->Boost(round));
      SERIN_ASSIGN_OR_RETURN(const XgboostBooster::Losses losses, booster->Evaluate(round));
      if (!Report(round, losses)) return absl::CancelledError("training was stopped");
      if (patience_ == 0) continue;
      NoteValidation(round, losses.validation.value_or(best_));
      if (round + 1 - kept_ >= patience_) return kept_;
    }
    return patience_ == 0 ? rounds_ : kept_;
  }

 private:
  bool Report(int round, const XgboostBooster::Losses& losses) const {
    Iteration iteration{round + 1, rounds_, losses.training * loss_unit_};
    if (losses.validation) iteration.validation_loss = *losses.validation * loss_unit_;
    return sink_(iteration);
  }

  void NoteValidation(int round, double loss) {
    if (loss >= best_) return;
    best_ = loss;
    kept_ = round + 1;
  }

  const int rounds_;
  const int patience_;  // Rounds without a better one that end it; 0: none do.
  const double loss_unit_;
  const IterationSink& sink_;
  double best_ = std::numeric_limits<double>::infinity();
  int kept_ = 1;
};

void KeepRounds(int rounds, internal::v1::TreeEnsemble* trees) {
  const int kept = rounds * trees->output_count();
  trees->mutable_trees()->DeleteSubrange(kept, trees->trees_size() - kept);
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
  SERIN_ASSIGN_OR_RETURN(const std::string monotone,
                         MonotoneConstraints(data, hyperparameters, *model));
  const bool stops_early = hyperparameters.Integer("early_stopping_rounds") > 0;
  const ValidationSplit split =
      SplitForValidation(data, stops_early ? hyperparameters.Number("validation_share") : 0, seed);

  const XgboostMatrix::Options options{
      XgboostThreads(data), static_cast<size_t>(hyperparameters.Integer("max_categories"))};
  SERIN_ASSIGN_OR_RETURN(
      const XgboostMatrix training,
      MakeMatrix(data, split.training, TruthOf(data, split.training, scale, weights), options));
  std::optional<XgboostMatrix> validation;
  if (!split.validation.empty()) {
    SERIN_ASSIGN_OR_RETURN(validation,
                           MakeMatrix(data, split.validation,
                                      TruthOf(data, split.validation, scale, weights), options));
  }
  XgboostParameters parameters = HistogramTrees(options.threads, seed);
  for (auto& parameter : ObjectiveParameters(data.class_count)) parameters.push_back(parameter);
  AddTreeParameters(hyperparameters, &parameters);
  if (!monotone.empty()) parameters.emplace_back("monotone_constraints", monotone);

  SERIN_ASSIGN_OR_RETURN(
      XgboostBooster booster,
      XgboostBooster::Create(training, validation ? &*validation : nullptr, parameters));
  SERIN_ASSIGN_OR_RETURN(const int rounds, Boosting(hyperparameters, validation.has_value(),
                                                    scale ? scale->Unscaled(1) : 1, sink)
                                               .Run(&booster));
  SERIN_ASSIGN_OR_RETURN(const std::string saved, booster.SaveAsUbjson());
  SERIN_ASSIGN_OR_RETURN(*model->mutable_trees(), ParseXgboostModel(saved));
  KeepRounds(rounds, model->mutable_trees());
  if (scale) scale->Unscale(model->mutable_trees());
  return absl::OkStatus();
}

}  // namespace serin
