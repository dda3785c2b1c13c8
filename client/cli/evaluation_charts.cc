#include "client/cli/evaluation_charts.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/format.h"
#include "client/cli/metrics_view.h"

namespace serin {
namespace {

using Align = TextTable::Align;

// More help nobody on a terminal.
constexpr int kMaxClasses = 20;
constexpr int kMaxFeatures = 15;
constexpr double kBarWidth = 30;

// As long as `share`, in [0, 1], of the whole width; below 0 it is empty.
std::string Bar(double share, bool utf8) {
  const int length = static_cast<int>(std::lround(kBarWidth * std::clamp(share, 0.0, 1.0)));
  std::string bar;
  for (int i = 0; i < length; ++i) absl::StrAppend(&bar, utf8 ? "\u2588" : "#");
  return bar;
}

void PrintBelow(const TextTable& table, const Session& session) {
  session.console.out << "\n";
  session.Print(table);
}

}  // namespace

void PrintConfusionMatrix(const v1::ConfusionMatrix& matrix, const Session& session) {
  const int n = matrix.classes_size();
  if (n == 0 || n > kMaxClasses || matrix.counts_size() != n * n) return;
  std::vector<TextTable::Column> columns = {{"  true \\ predicted"}};
  for (const std::string& label : matrix.classes()) columns.push_back({label, Align::kRight});
  TextTable table(std::move(columns));
  for (int t = 0; t < n; ++t) {
    std::vector<std::string> row = {absl::StrCat("  ", matrix.classes(t))};
    for (int p = 0; p < n; ++p) row.push_back(FormatCount(matrix.counts(t * n + p)));
    table.AddRow(std::move(row));
  }
  PrintBelow(table, session);
}

void PrintClasses(const v1::ClassificationMetrics& metrics, const Session& session) {
  if (metrics.classes().empty() || metrics.classes_size() > kMaxClasses) return;
  TextTable table({{"  CLASS"},
                   {"ROWS", Align::kRight},
                   {"PRECISION", Align::kRight},
                   {"RECALL", Align::kRight},
                   {"F1", Align::kRight}});
  for (const v1::ClassMetrics& row : metrics.classes()) {
    table.AddRow({absl::StrCat("  ", row.class_()), FormatCount(row.rows()),
                  FormatMetric(row.precision()), FormatMetric(row.recall()),
                  FormatMetric(row.f1())});
  }
  PrintBelow(table, session);
}

void PrintCalibration(const v1::ClassificationMetrics& metrics, const Session& session) {
  if (metrics.curves_size() != 1 || metrics.curves(0).calibration().empty()) return;
  const v1::ClassCurves& curves = metrics.curves(0);
  TextTable table({{absl::StrCat("  P(", curves.class_(), ")"), Align::kRight},
                   {"OBSERVED", Align::kRight},
                   {"ROWS", Align::kRight},
                   {""}});
  for (const v1::CalibrationBin& bin : curves.calibration()) {
    table.AddRow({FormatShare(bin.predicted()), FormatShare(bin.observed()),
                  FormatCount(bin.rows()), Bar(bin.observed(), session.console.utf8)});
  }
  PrintBelow(table, session);
}

void PrintResiduals(const v1::RegressionMetrics& metrics, const Session& session) {
  if (metrics.residuals().empty()) return;
  TextTable table({{"  ROWS BELOW", Align::kRight}, {"TRUE - PREDICTED", Align::kRight}});
  for (const v1::ResidualQuantile& each : metrics.residuals()) {
    table.AddRow({FormatShare(each.quantile()), FormatSummary(each.residual())});
  }
  PrintBelow(table, session);
}

void PrintImportances(const v1::Evaluation& evaluation, const Session& session) {
  if (evaluation.importances().empty()) return;
  const double most = evaluation.importances(0).importance();
  TextTable table({{"  FEATURE"}, {"IMPORTANCE", Align::kRight}, {"+-", Align::kRight}, {""}});
  const int count = std::min(kMaxFeatures, evaluation.importances_size());
  for (int i = 0; i < count; ++i) {
    const v1::FeatureImportance& each = evaluation.importances(i);
    table.AddRow({absl::StrCat("  ", each.feature()), FormatMetric(each.importance()),
                  FormatMetric(each.deviation()),
                  most > 0 ? Bar(each.importance() / most, session.console.utf8) : ""});
  }
  PrintBelow(table, session);
}

void PrintFolds(const v1::Evaluation& evaluation, const Session& session) {
  if (evaluation.folds().empty()) return;
  std::vector<TextTable::Column> columns = {{"  FOLD"}};
  for (int i = 1; i <= evaluation.folds_size(); ++i) {
    columns.push_back({absl::StrCat(i), Align::kRight});
  }
  TextTable table(std::move(columns));
  for (const ShownMetric& metric : MetricsOf(evaluation)) {
    std::vector<std::string> row = {absl::StrCat("  ", metric.label)};
    for (const v1::Evaluation& fold : evaluation.folds()) {
      row.push_back(MetricValue(fold, metric.field));
    }
    table.AddRow(std::move(row));
  }
  PrintBelow(table, session);
}

}  // namespace serin
