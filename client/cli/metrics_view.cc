#include "client/cli/metrics_view.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/cli/format.h"

namespace serin {
namespace {

using Align = TextTable::Align;

std::vector<ShownMetric> MetricsOf(const v1::ClassificationMetrics& metrics) {
  std::vector<ShownMetric> shown = {
      {"accuracy", "accuracy", FormatMetric(metrics.accuracy())},
      {"balanced_accuracy", "balanced accuracy", FormatMetric(metrics.balanced_accuracy())},
      {"macro_f1", "macro F1", FormatMetric(metrics.macro_f1())},
      {"log_loss", "log loss", FormatMetric(metrics.log_loss())},
      {"brier", "Brier score", FormatMetric(metrics.brier())}};
  if (metrics.has_roc_auc()) {
    shown.push_back({"roc_auc", "ROC AUC", FormatMetric(metrics.roc_auc())});
  }
  if (metrics.has_pr_auc()) shown.push_back({"pr_auc", "PR AUC", FormatMetric(metrics.pr_auc())});
  return shown;
}

std::vector<ShownMetric> MetricsOf(const v1::RegressionMetrics& metrics) {
  std::vector<ShownMetric> shown = {{"rmse", "RMSE", FormatSummary(metrics.rmse())},
                                    {"mae", "MAE", FormatSummary(metrics.mae())}};
  if (metrics.has_mape()) shown.push_back({"mape", "MAPE", FormatShare(metrics.mape())});
  if (metrics.has_r2()) shown.push_back({"r2", "R2", FormatMetric(metrics.r2())});
  return shown;
}

std::string IntervalText(const v1::Evaluation& evaluation, absl::string_view field) {
  for (const v1::ConfidenceInterval& interval : evaluation.intervals()) {
    if (interval.metric() != field) continue;
    return absl::StrCat(FormatSummary(interval.lower()), " to ", FormatSummary(interval.upper()));
  }
  return "";
}

std::string LevelText(const v1::Evaluation& evaluation) {
  return absl::StrCat(FormatSummary(100 * evaluation.intervals(0).level()), " % INTERVAL");
}

}  // namespace

std::vector<ShownMetric> MetricsOf(const v1::Evaluation& evaluation) {
  if (evaluation.has_classification()) return MetricsOf(evaluation.classification());
  if (evaluation.has_regression()) return MetricsOf(evaluation.regression());
  return {};
}

std::string MetricValue(const v1::Evaluation& evaluation, absl::string_view field) {
  for (ShownMetric& metric : MetricsOf(evaluation)) {
    if (metric.field == field) return std::move(metric.value);
  }
  return "-";
}

TextTable MetricTable(const v1::Evaluation& evaluation) {
  const bool intervals = !evaluation.intervals().empty();
  const bool baseline = evaluation.has_baseline();
  std::vector<TextTable::Column> columns = {{"  METRIC"}, {"VALUE", Align::kRight}};
  if (intervals) columns.push_back({LevelText(evaluation)});
  if (baseline) columns.push_back({"BASELINE", Align::kRight});
  TextTable table(std::move(columns));
  for (const ShownMetric& metric : MetricsOf(evaluation)) {
    std::vector<std::string> row = {absl::StrCat("  ", metric.label), metric.value};
    if (intervals) row.push_back(IntervalText(evaluation, metric.field));
    if (baseline) row.push_back(MetricValue(evaluation.baseline(), metric.field));
    table.AddRow(std::move(row));
  }
  return table;
}

}  // namespace serin
