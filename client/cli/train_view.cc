#include "client/cli/train_view.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/format.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

std::string StateText(const v1::Job& job) {
  return EnumText(v1::JobState_Name(job.state()), "JOB_STATE_");
}

// `depth=6, learning_rate=0.1`, in order of the names.
std::string SettingsText(const google::protobuf::Struct& hyperparameters) {
  std::map<std::string, std::string> settings;
  for (const auto& [name, value] : hyperparameters.fields()) {
    settings[name] = FormatNumber(value.number_value());
  }
  return absl::StrJoin(settings, ", ", absl::PairFormatter("="));
}

// `(0, 1]`, `1 to 1000`; an open end is left out.
std::string RangeText(const v1::Hyperparameter& parameter) {
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
    table.AddRow({absl::StrCat("  ", parameter.name()),
                  FormatNumber(parameter.default_value().number_value()), RangeText(parameter),
                  EnumText(v1::Hyperparameter::Type_Name(parameter.type()), "TYPE_"),
                  parameter.description()});
  }
  return table;
}

}  // namespace

void PrintJob(const v1::Job& job, const Session& session) {
  session.console.out << job.name() << ": " << StateText(job) << "\n";
  TextTable fields = TextTable::Fields();
  if (!job.error().message().empty()) fields.AddRow({"error", job.error().message()});
  if (!job.model_version().empty()) fields.AddRow({"made", job.model_version()});
  if (job.state() == v1::JOB_STATE_RUNNING) {
    fields.AddRow({"progress", absl::StrCat(job.progress().stage(), ", ",
                                            FormatShare(job.progress().fraction()))});
  }
  fields.AddRow({"model", job.model()});
  fields.AddRow({"dataset", job.spec().dataset()});
  fields.AddRow({"target", job.spec().target()});
  fields.AddRow({"features", absl::StrJoin(job.spec().features(), ", ")});
  fields.AddRow({"algorithm", job.spec().algorithm()});
  fields.AddRow({"set", SettingsText(job.spec().hyperparameters())});
  fields.AddRow({"holdout", FormatNumber(job.spec().holdout_fraction())});
  fields.AddRow({"seed", absl::StrCat(job.spec().seed())});
  fields.AddRow({"created", FormatTime(job.create_time())});
  if (job.has_start_time()) fields.AddRow({"started", FormatTime(job.start_time())});
  if (job.has_end_time()) fields.AddRow({"ended", FormatTime(job.end_time())});
  if (job.attempt() > 1) fields.AddRow({"attempt", absl::StrCat(job.attempt())});
  session.Print(fields);
}

void PrintJobList(const std::vector<v1::Job>& jobs, const Session& session) {
  TextTable table({{"JOB"}, {"STATE"}, {"MODEL"}, {"ALGORITHM"}, {"DATASET"}, {"CREATED"}});
  for (const v1::Job& job : jobs) {
    table.AddRow({job.name(), StateText(job),
                  job.model_version().empty() ? job.model() : job.model_version(),
                  job.spec().algorithm(), job.spec().dataset(), FormatTime(job.create_time())});
  }
  session.Print(table);
}

void PrintAlgorithms(const std::vector<v1::Algorithm>& algorithms, const Session& session) {
  for (size_t i = 0; i < algorithms.size(); ++i) {
    const v1::Algorithm& algorithm = algorithms[i];
    session.console.out << (i > 0 ? "\n" : "") << algorithm.name() << ": "
                        << algorithm.description() << "\n  " << TasksText(algorithm) << "; "
                        << algorithm.reference() << "\n";
    session.Print(HyperparameterTable(algorithm));
  }
}

}  // namespace serin
