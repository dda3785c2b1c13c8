#include "core/learn/search_metric.h"

#include "absl/status/status.h"

namespace serin {

v1::Search::Metric DefaultMetric(v1::Task task) {
  return task == v1::TASK_REGRESSION ? v1::Search::METRIC_RMSE : v1::Search::METRIC_LOG_LOSS;
}

bool MetricFits(v1::Search::Metric metric, v1::Task task) {
  switch (metric) {
    case v1::Search::METRIC_LOG_LOSS:
    case v1::Search::METRIC_ACCURACY:
    case v1::Search::METRIC_BALANCED_ACCURACY:
    case v1::Search::METRIC_MACRO_F1:
    case v1::Search::METRIC_ROC_AUC:
      return task == v1::TASK_CLASSIFICATION;
    case v1::Search::METRIC_RMSE:
    case v1::Search::METRIC_MAE:
    case v1::Search::METRIC_R2:
      return task == v1::TASK_REGRESSION;
    default:
      return false;
  }
}

bool HigherIsBetter(v1::Search::Metric metric) {
  return metric != v1::Search::METRIC_LOG_LOSS && metric != v1::Search::METRIC_RMSE &&
         metric != v1::Search::METRIC_MAE;
}

absl::string_view MetricName(v1::Search::Metric metric) {
  switch (metric) {
    case v1::Search::METRIC_LOG_LOSS:
      return "log_loss";
    case v1::Search::METRIC_ACCURACY:
      return "accuracy";
    case v1::Search::METRIC_BALANCED_ACCURACY:
      return "balanced_accuracy";
    case v1::Search::METRIC_MACRO_F1:
      return "macro_f1";
    case v1::Search::METRIC_ROC_AUC:
      return "roc_auc";
    case v1::Search::METRIC_RMSE:
      return "rmse";
    case v1::Search::METRIC_MAE:
      return "mae";
    case v1::Search::METRIC_R2:
      return "r2";
    default:
      return "unspecified";
  }
}

absl::StatusOr<double> MetricOf(const v1::Evaluation& evaluation, v1::Search::Metric metric) {
  const v1::ClassificationMetrics& classes = evaluation.classification();
  const v1::RegressionMetrics& numbers = evaluation.regression();
  switch (metric) {
    case v1::Search::METRIC_LOG_LOSS:
      return classes.log_loss();
    case v1::Search::METRIC_ACCURACY:
      return classes.accuracy();
    case v1::Search::METRIC_BALANCED_ACCURACY:
      return classes.balanced_accuracy();
    case v1::Search::METRIC_MACRO_F1:
      return classes.macro_f1();
    case v1::Search::METRIC_ROC_AUC:
      if (classes.has_roc_auc()) return classes.roc_auc();
      return absl::FailedPreconditionError("the rows lack a class, which roc_auc needs");
    case v1::Search::METRIC_RMSE:
      return numbers.rmse();
    case v1::Search::METRIC_MAE:
      return numbers.mae();
    case v1::Search::METRIC_R2:
      if (numbers.has_r2()) return numbers.r2();
      return absl::FailedPreconditionError("the target is constant in the rows: r2 is not defined");
    default:
      return absl::InternalError("the metric was not resolved");
  }
}

}  // namespace serin
