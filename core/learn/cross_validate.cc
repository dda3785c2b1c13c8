#include "core/learn/cross_validate.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/engine/predictor.h"
#include "core/learn/examples.h"
#include "core/learn/split.h"

namespace serin {
namespace {

absl::StatusOr<v1::Evaluation> RunFold(const Examples& examples, const Split& split,
                                       const v1::TrainingSpec& spec) {
  SERIN_ASSIGN_OR_RETURN(
      internal::v1::Predictor model,
      FitPredictor(examples, split.train, spec, [](const v1::JobProgress&) { return true; }));
  SERIN_ASSIGN_OR_RETURN(const std::unique_ptr<const Predictor> predictor,
                         Predictor::Create(std::move(model)));
  SERIN_ASSIGN_OR_RETURN(v1::Evaluation evaluation,
                         EvaluatePredictor(*predictor, examples, split.holdout));
  evaluation.set_train_rows(static_cast<int64_t>(split.train.size()));
  return evaluation;
}

template <typename Get>
double Mean(const std::vector<v1::Evaluation>& folds, Get get) {
  double sum = 0;
  for (const v1::Evaluation& fold : folds) sum += get(fold);
  return sum / static_cast<double>(folds.size());
}

v1::ConfusionMatrix SumOfConfusion(const std::vector<v1::Evaluation>& folds) {
  v1::ConfusionMatrix sum = folds[0].classification().confusion_matrix();
  for (size_t i = 1; i < folds.size(); ++i) {
    const auto& counts = folds[i].classification().confusion_matrix().counts();
    for (int j = 0; j < counts.size(); ++j) sum.set_counts(j, sum.counts(j) + counts[j]);
  }
  return sum;
}

v1::ClassificationMetrics MeanOfClassification(const std::vector<v1::Evaluation>& folds) {
  v1::ClassificationMetrics mean;
  mean.set_accuracy(Mean(folds, [](auto& f) { return f.classification().accuracy(); }));
  mean.set_balanced_accuracy(
      Mean(folds, [](auto& f) { return f.classification().balanced_accuracy(); }));
  mean.set_log_loss(Mean(folds, [](auto& f) { return f.classification().log_loss(); }));
  if (std::all_of(folds.begin(), folds.end(),
                  [](auto& f) { return f.classification().has_roc_auc(); })) {
    mean.set_roc_auc(Mean(folds, [](auto& f) { return f.classification().roc_auc(); }));
  }
  *mean.mutable_confusion_matrix() = SumOfConfusion(folds);
  return mean;
}

v1::RegressionMetrics MeanOfRegression(const std::vector<v1::Evaluation>& folds) {
  v1::RegressionMetrics mean;
  mean.set_rmse(Mean(folds, [](auto& f) { return f.regression().rmse(); }));
  mean.set_mae(Mean(folds, [](auto& f) { return f.regression().mae(); }));
  if (std::all_of(folds.begin(), folds.end(), [](auto& f) { return f.regression().has_r2(); })) {
    mean.set_r2(Mean(folds, [](auto& f) { return f.regression().r2(); }));
  }
  return mean;
}

v1::Evaluation MeanOf(const std::vector<v1::Evaluation>& folds) {
  v1::Evaluation mean;
  for (const v1::Evaluation& fold : folds) {
    mean.set_train_rows(mean.train_rows() + fold.train_rows());
    mean.set_holdout_rows(mean.holdout_rows() + fold.holdout_rows());
  }
  if (folds[0].has_classification()) {
    *mean.mutable_classification() = MeanOfClassification(folds);
  } else {
    *mean.mutable_regression() = MeanOfRegression(folds);
  }
  return mean;
}

}  // namespace

absl::StatusOr<CrossValidation> CrossValidate(const Table& table, const v1::TrainingSpec& spec,
                                              size_t folds) {
  SERIN_ASSIGN_OR_RETURN(const Examples examples, MakeExamples(table, spec));
  if (folds < 2 || folds > examples.labels.rows.size()) {
    return absl::InvalidArgumentError(absl::StrCat(folds, " folds of ", examples.labels.rows.size(),
                                                   " rows; there must be at least 2, and at most "
                                                   "as many as rows"));
  }
  CrossValidation result;
  for (const Split& split : SplitFolds(examples.labels, folds, spec.seed())) {
    SERIN_ASSIGN_OR_RETURN(v1::Evaluation evaluation, RunFold(examples, split, spec));
    result.folds.push_back(std::move(evaluation));
  }
  result.mean = MeanOf(result.folds);
  return result;
}

}  // namespace serin
