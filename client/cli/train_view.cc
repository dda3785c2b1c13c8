#include "client/cli/train_view.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "client/cli/format.h"
#include "client/cli/leaderboard_view.h"
#include "core/table/value_parser.h"
#include "core/table/value_text.h"

namespace serin {
namespace {

constexpr int kShownTrials = 10;

std::string StateText(const v1::Job& job) {
  return EnumText(v1::JobState_Name(job.state()), "JOB_STATE_");
}

// `(0, 1]`, `1 to 1000`, `l1 or l2`.
std::string RangeText(const v1::Hyperparameter& parameter) {
  if (!parameter.choices().empty()) return absl::StrJoin(parameter.choices(), " or ");
  if (parameter.type() == v1::Hyperparameter::TYPE_BOOLEAN) return "true or false";
  return absl::StrCat(parameter.min_exclusive() ? "above " : "", FormatNumber(parameter.min()),
                      " to ", FormatNumber(parameter.max()));
}

std::string TasksText(const v1::Algorithm& algorithm) {
  std::vector<std::string> tasks;
  for (int task : algorithm.tasks()) {
    tasks.push_back(EnumText(v1::Task_Name(static_cast<v1::Task>(task)), "TASK_"));
  }
  return absl::StrJoin(tasks, ", ");
}

TextTable HyperparameterTable(const v1::Algorithm& algorithm) {
  TextTable table(
      {{"  NAME"}, {"DEFAULT", TextTable::Align::kRight}, {"RANGE"}, {"TYPE"}, {"DESCRIPTION"}});
  for (const v1::Hyperparameter& parameter : algorithm.hyperparameters()) {
    table.AddRow({absl::StrCat("  ", parameter.name()), FormatValue(parameter.default_value()),
                  RangeText(parameter),
                  EnumText(v1::Hyperparameter::Type_Name(parameter.type()), "TYPE_"),
                  parameter.description()});
  }
  return table;
}

// How the rows for judging are chosen: `5 folds, grouped by customer`.
std::string EvaluationText(const v1::TrainingSpec& spec) {
  const v1::EvaluationPlan& plan = spec.evaluation();
  std::string text = plan.method() == v1::EvaluationPlan::METHOD_CROSS_VALIDATION
                         ? absl::StrCat(plan.folds(), " folds")
                         : absl::StrCat("holdout of ", FormatShare(spec.holdout_fraction()));
  if (plan.split() != v1::EvaluationPlan::SPLIT_UNSPECIFIED) {
    absl::StrAppend(&text, ", ", EnumText(v1::EvaluationPlan::Split_Name(plan.split()), "SPLIT_"));
  }
  if (!plan.column().empty()) absl::StrAppend(&text, " by ", plan.column());
  return text;
}

std::string BudgetText(const v1::Search& search) {
  std::vector<std::string> limits;
  if (search.has_time_budget()) {
    limits.push_back(absl::FormatDuration(absl::Seconds(search.time_budget().seconds()) +
                                          absl::Nanoseconds(search.time_budget().nanos())));
  }
  if (search.trials() > 0) limits.push_back(absl::StrCat(FormatCount(search.trials()), " trials"));
  return absl::StrCat(absl::StrJoin(limits, " or "), ", best by ", MetricText(search.metric()));
}

void AddSpec(const v1::TrainingSpec& spec, TextTable& fields) {
  fields.AddRow({"dataset", spec.dataset()});
  fields.AddRow({"target", spec.target()});
  fields.AddRow({"features", absl::StrJoin(spec.features(), ", ")});
  fields.AddRow({"algorithm", spec.algorithm()});
  const std::string settings = FormatFields(spec.hyperparameters());
  if (!settings.empty()) fields.AddRow({"set", settings});
  if (spec.has_search()) fields.AddRow({"search", BudgetText(spec.search())});
  fields.AddRow({"evaluation", EvaluationText(spec)});
  fields.AddRow({"seed", absl::StrCat(spec.seed())});
}

void AddVerification(const v1::Verification& verification, TextTable& fields) {
  fields.AddRow({"verified", verification.model_version()});
  fields.AddRow({"identical", verification.identical() ? "yes, byte for byte" : "no"});
  fields.AddRow({"registered", verification.expected_sha256()});
  fields.AddRow({"made now", verification.actual_sha256()});
  for (const std::string& difference : verification.differences()) {
    fields.AddRow({"differs", difference});
  }
}

std::string HowText(const v1::Preprocessing& column) {
  std::vector<std::string> words = {absl::StrReplaceAll(
      EnumText(v1::Preprocessing::Encoding_Name(column.encoding()), "ENCODING_"), {{"_", "-"}})};
  if (column.missing() == v1::Preprocessing::MISSING_CONSTANT) {
    words.push_back(FormatNumber(column.fill()));
  } else {
    words.push_back(absl::StrReplaceAll(
        EnumText(v1::Preprocessing::Missing_Name(column.missing()), "MISSING_"), {{"_", "-"}}));
  }
  if (column.missing_indicator()) words.push_back("indicator");
  if (column.clip()) words.push_back("clip");
  return absl::StrJoin(words, ",");
}

void AddBatchPrediction(const v1::BatchPrediction& batch, TextTable& fields) {
  fields.AddRow({"predicts with", batch.model_version()});
  fields.AddRow({"dataset", batch.dataset()});
  fields.AddRow({"into", batch.output_dataset()});
  if (!batch.keep_columns().empty()) {
    fields.AddRow({"keeps", absl::StrJoin(batch.keep_columns(), ", ")});
  }
  fields.AddRow({"rows written",
                 absl::StrCat(FormatCount(batch.rows()), " of ", FormatCount(batch.row_count()))});
}

}  // namespace

void PrintWarnings(const google::protobuf::RepeatedPtrField<std::string>& warnings,
                   const Session& session) {
  for (const std::string& warning : warnings) {
    session.console.out << "warning: " << Printable(warning) << "\n";
  }
}

void PrintSpec(const v1::TrainingSpec& spec, const Session& session) {
  TextTable fields = TextTable::Fields();
  AddSpec(spec, fields);
  session.Print(fields);
  if (spec.preprocessing().empty()) return;
  session.console.out << "\n";
  TextTable table({{"  FEATURE"}, {"--preprocess"}});
  for (const v1::Preprocessing& column : spec.preprocessing()) {
    table.AddRow({absl::StrCat("  ", column.column()), HowText(column)});
  }
  session.Print(table);
}

void PrintVerification(const v1::Verification& verification, const Session& session) {
  TextTable fields = TextTable::Fields();
  AddVerification(verification, fields);
  session.Print(fields);
}

void PrintLeaderboard(const v1::Leaderboard& leaderboard, int limit, const Session& session) {
  if (leaderboard.trials().empty()) return;
  session.console.out << "\n" << SearchText(leaderboard) << "\n";
  session.Print(LeaderboardTable(leaderboard, limit));
}

void PrintJob(const v1::Job& job, const Session& session) {
  session.console.out << job.name() << ": " << StateText(job) << "\n";
  TextTable fields = TextTable::Fields();
  if (!job.error().message().empty()) fields.AddRow({"error", job.error().message()});
  if (!job.model_version().empty()) fields.AddRow({"made", job.model_version()});
  if (job.state() == v1::JOB_STATE_RUNNING) {
    fields.AddRow({"progress", absl::StrCat(job.progress().stage(), ", ",
                                            FormatShare(job.progress().fraction()))});
  }
  if (job.has_batch_prediction()) {
    AddBatchPrediction(job.batch_prediction(), fields);
  } else {
    fields.AddRow({"model", job.model()});
    AddSpec(job.spec(), fields);
  }
  if (job.priority() != 0) fields.AddRow({"priority", absl::StrCat(job.priority())});
  if (!job.schedule().empty()) fields.AddRow({"schedule", job.schedule()});
  fields.AddRow({"created", FormatTime(job.create_time())});
  if (job.has_start_time()) fields.AddRow({"started", FormatTime(job.start_time())});
  if (job.has_end_time()) fields.AddRow({"ended", FormatTime(job.end_time())});
  if (job.attempt() > 1) fields.AddRow({"attempt", absl::StrCat(job.attempt())});
  if (job.has_verification()) AddVerification(job.verification(), fields);
  session.Print(fields);
  PrintWarnings(job.warnings(), session);
  PrintLeaderboard(job.leaderboard(), kShownTrials, session);
}

void PrintJobList(const std::vector<v1::Job>& jobs, const Session& session) {
  TextTable table({{"JOB"}, {"STATE"}, {"MODEL"}, {"ALGORITHM"}, {"DATASET"}, {"CREATED"}});
  for (const v1::Job& job : jobs) {
    table.AddRow(
        {job.name(), StateText(job),
         job.model_version().empty() ? job.model() : job.model_version(),
         job.has_batch_prediction() ? "batch prediction" : job.spec().algorithm(),
         job.has_batch_prediction() ? job.batch_prediction().dataset() : job.spec().dataset(),
         FormatTime(job.create_time())});
  }
  session.Print(table);
}

void PrintAlgorithms(const std::vector<v1::Algorithm>& algorithms, const Session& session) {
  for (size_t i = 0; i < algorithms.size(); ++i) {
    const v1::Algorithm& algorithm = algorithms[i];
    session.console.out << (i > 0 ? "\n" : "") << algorithm.name() << ": "
                        << algorithm.description() << "\n  " << TasksText(algorithm) << "; "
                        << algorithm.reference() << "\n";
    if (!algorithm.preprocessing().empty()) {
      session.console.out << "  " << algorithm.preprocessing() << "\n";
    }
    session.Print(HyperparameterTable(algorithm));
  }
}

}  // namespace serin
