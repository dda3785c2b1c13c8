#include "client/cli/evaluation_view.h"

#include "absl/strings/str_cat.h"
#include "client/cli/evaluation_charts.h"
#include "client/cli/format.h"
#include "client/cli/leaderboard_view.h"
#include "client/cli/metrics_view.h"
#include "client/cli/train_view.h"
#include "core/table/value_text.h"

namespace serin {
namespace {

constexpr int kShownTrials = 10;

std::string ComparisonText(const v1::Comparison& comparison) {
  if (!comparison.error().empty()) return absl::StrCat("not possible: ", comparison.error());
  return absl::StrCat(comparison.better() ? "better" : "not better", " by ",
                      MetricText(comparison.metric()), " than ", comparison.model_version());
}

void AddLineage(const v1::ModelVersion& version, TextTable& fields) {
  const v1::TrainingSpec& spec = version.lineage().spec();
  fields.AddRow({"features", absl::StrCat(version.features().columns_size())});
  const std::string settings = FormatFields(spec.hyperparameters());
  if (!settings.empty()) fields.AddRow({"set", settings});
  if (version.lineage().has_imported()) {
    fields.AddRow({"imported", Printable(version.lineage().imported().producer())});
    fields.AddRow({"file", version.lineage().imported().sha256()});
  } else {
    fields.AddRow({"dataset", spec.dataset()});
    fields.AddRow({"job", version.lineage().job()});
  }
  fields.AddRow({"bundle", FormatBytes(version.bundle_bytes())});
}

// The version beside the one that served when it was made.
void PrintComparison(const v1::Comparison& comparison, const Session& session) {
  if (comparison.model_version().empty()) return;
  session.console.out << "\ncompared on the same rows: " << Printable(ComparisonText(comparison))
                      << "\n";
  if (comparison.error().empty()) session.Print(MetricTable(comparison.evaluation()));
}

void PrintEvaluation(const v1::Evaluation& evaluation, const Session& session) {
  PrintConfusionMatrix(evaluation.classification().confusion_matrix(), session);
  PrintClasses(evaluation.classification(), session);
  PrintCalibration(evaluation.classification(), session);
  PrintResiduals(evaluation.regression(), session);
  PrintImportances(evaluation, session);
  PrintFolds(evaluation, session);
}

}  // namespace

void PrintModelVersion(const v1::ModelVersion& version, const Session& session) {
  const v1::Lineage& lineage = version.lineage();
  session.console.out << version.name() << ": "
                      << (lineage.has_imported() ? "imported" : lineage.spec().algorithm())
                      << " predicts " << version.target().name() << "\n";
  PrintWarnings(version.warnings(), session);
  const v1::Evaluation& evaluation = version.evaluation();
  if (version.has_evaluation()) session.Print(MetricTable(evaluation));
  TextTable fields = TextTable::Fields();
  if (version.has_evaluation()) {
    fields.AddRow({"rows", absl::StrCat(FormatCount(evaluation.train_rows()), " to train, ",
                                        FormatCount(evaluation.holdout_rows()), " to evaluate")});
  }
  AddLineage(version, fields);
  session.Print(fields);
  PrintEvaluation(evaluation, session);
  PrintComparison(version.comparison(), session);
  PrintLeaderboard(version.leaderboard(), kShownTrials, session);
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
