#include "client/cli/evaluation_view.h"

#include "absl/strings/str_cat.h"
#include "client/cli/format.h"

namespace serin {
namespace {

void AddMetrics(const v1::ClassificationMetrics& metrics, TextTable& fields) {
  fields.AddRow({"accuracy", FormatMetric(metrics.accuracy())});
  fields.AddRow({"balanced accuracy", FormatMetric(metrics.balanced_accuracy())});
  fields.AddRow({"log loss", FormatMetric(metrics.log_loss())});
  if (metrics.has_roc_auc()) fields.AddRow({"ROC AUC", FormatMetric(metrics.roc_auc())});
}

void AddMetrics(const v1::RegressionMetrics& metrics, TextTable& fields) {
  fields.AddRow({"RMSE", FormatSummary(metrics.rmse())});
  fields.AddRow({"MAE", FormatSummary(metrics.mae())});
  if (metrics.has_r2()) fields.AddRow({"R2", FormatMetric(metrics.r2())});
}

void AddEvaluation(const v1::Evaluation& evaluation, TextTable& fields) {
  if (evaluation.has_classification()) AddMetrics(evaluation.classification(), fields);
  if (evaluation.has_regression()) AddMetrics(evaluation.regression(), fields);
  fields.AddRow({"rows", absl::StrCat(FormatCount(evaluation.train_rows()), " to train, ",
                                      FormatCount(evaluation.holdout_rows()), " to evaluate")});
}

TextTable ConfusionTable(const v1::ConfusionMatrix& matrix) {
  const int n = matrix.classes_size();
  std::vector<TextTable::Column> columns = {{"  true \\ predicted"}};
  for (const std::string& label : matrix.classes()) {
    columns.push_back({label, TextTable::Align::kRight});
  }
  TextTable table(std::move(columns));
  for (int t = 0; t < n; ++t) {
    std::vector<std::string> row = {absl::StrCat("  ", matrix.classes(t))};
    for (int p = 0; p < n; ++p) row.push_back(FormatCount(matrix.counts(t * n + p)));
    table.AddRow(std::move(row));
  }
  return table;
}

// A matrix of hundreds of classes helps nobody on a terminal; --output json has all of it.
bool IsShowable(const v1::ConfusionMatrix& matrix) {
  constexpr int kMaxClasses = 20;
  const int n = matrix.classes_size();
  return n > 0 && n <= kMaxClasses && matrix.counts_size() == n * n;
}

}  // namespace

void PrintModelVersion(const v1::ModelVersion& version, const Session& session) {
  const v1::TrainingSpec& spec = version.lineage().spec();
  session.console.out << version.name() << ": " << spec.algorithm() << " predicts "
                      << version.target().name() << "\n";
  TextTable fields = TextTable::Fields();
  if (version.has_evaluation()) AddEvaluation(version.evaluation(), fields);
  fields.AddRow({"features", absl::StrCat(version.features().columns_size())});
  fields.AddRow({"dataset", spec.dataset()});
  fields.AddRow({"job", version.lineage().job()});
  fields.AddRow({"bundle", FormatBytes(version.bundle_bytes())});
  session.Print(fields);

  const auto& matrix = version.evaluation().classification().confusion_matrix();
  if (!IsShowable(matrix)) return;
  session.console.out << "\n";
  session.Print(ConfusionTable(matrix));
}

std::string MainMetric(const v1::ModelVersion& version) {
  const v1::Evaluation& evaluation = version.evaluation();
  if (evaluation.has_classification()) {
    return absl::StrCat("accuracy ", FormatMetric(evaluation.classification().accuracy()));
  }
  if (evaluation.has_regression()) {
    return absl::StrCat("RMSE ", FormatSummary(evaluation.regression().rmse()));
  }
  return "-";
}

}  // namespace serin
