#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/feature_rows.h"
#include "client/cli/format.h"
#include "core/base/clock.h"
#include "core/base/status_macros.h"
#include "core/ingest/read_table.h"
#include "core/table/schema.h"
#include "serin/v1/predict_service.pb.h"

namespace serin {
namespace {

struct FeedbackFlags {
  std::string model;
  std::string prediction_id;
  std::string label;
  int32_t row = 0;
  std::string file;
};

v1::ColumnType LabelType(const v1::ModelVersion& version) {
  return version.task() == v1::TASK_CLASSIFICATION ? v1::COLUMN_TYPE_TEXT : v1::COLUMN_TYPE_NUMBER;
}

// --- One label

absl::StatusOr<std::vector<v1::Feedback>> OneLabel(const FeedbackFlags& flags,
                                                   v1::ColumnType type) {
  v1::Feedback feedback;
  feedback.set_prediction_id(flags.prediction_id);
  feedback.set_row(flags.row);
  double number = 0;
  if (type == v1::COLUMN_TYPE_TEXT) {
    feedback.mutable_label()->set_string_value(flags.label);
  } else if (absl::SimpleAtod(flags.label, &number)) {
    feedback.mutable_label()->set_number_value(number);
  } else {
    return absl::InvalidArgumentError(
        absl::StrCat("'", flags.label, "' must be a number, as the model predicts numbers"));
  }
  return std::vector<v1::Feedback>{feedback};
}

// --- A file of labels

absl::StatusOr<Table> ReadLabels(const std::string& path, v1::ColumnType type) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat(path, ": cannot be read"));
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  v1::Schema types;
  const auto add = [&](const char* name, v1::ColumnType type) {
    v1::ColumnSchema& column = *types.add_columns();
    column.set_name(name);
    column.set_type(type);
  };
  add("prediction_id", v1::COLUMN_TYPE_TEXT);
  add("label", type);
  return ReadTable(text, {}, types);
}

const ColumnData* Find(const Table& table, absl::string_view name) {
  for (const ColumnData& column : table.columns) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

absl::StatusOr<std::vector<v1::Feedback>> LabelsOfFile(const std::string& path,
                                                       v1::ColumnType type) {
  SERIN_ASSIGN_OR_RETURN(const Table table, ReadLabels(path, type));
  const ColumnData& ids = *Find(table, "prediction_id");
  const ColumnData& labels = *Find(table, "label");
  const ColumnData* rows = Find(table, "row");
  std::vector<v1::Feedback> feedback;
  for (size_t i = 0; i < table.row_count(); ++i) {
    if (ids.missing(i) || labels.missing(i)) continue;  // Not known yet.
    v1::Feedback& one = feedback.emplace_back();
    one.set_prediction_id(ids.dictionary[ids.codes[i]]);
    if (rows != nullptr && !rows->missing(i)) one.set_row(static_cast<int32_t>(rows->number(i)));
    if (labels.is_string()) {
      one.mutable_label()->set_string_value(labels.dictionary[labels.codes[i]]);
    } else {
      one.mutable_label()->set_number_value(labels.numbers[i]);
    }
  }
  return feedback;
}

absl::Status Record(const FeedbackFlags& flags, const Session& session) {
  SERIN_ASSIGN_OR_RETURN(const v1::ModelVersion version, VersionToAsk(session.client, flags.model));
  const v1::ColumnType type = LabelType(version);
  SERIN_ASSIGN_OR_RETURN(
      const std::vector<v1::Feedback> labels,
      flags.file.empty() ? OneLabel(flags, type) : LabelsOfFile(flags.file, type));
  SERIN_ASSIGN_OR_RETURN(const int64_t recorded,
                         session.client.RecordFeedback(flags.model, labels));
  v1::RecordFeedbackResponse response;
  response.set_recorded(recorded);
  if (session.json()) return session.PrintJson(response);
  session.console.out << FormatCount(recorded) << (recorded == 1 ? " label\n" : " labels\n");
  return absl::OkStatus();
}

}  // namespace

void AddFeedbackCommand(CLI::App& app, Action& action) {
  auto flags = std::make_shared<FeedbackFlags>();
  CLI::App* command = app.add_subcommand("feedback", "Say what was true of predictions");
  command->add_option("MODEL", flags->model, "Model")->type_name("")->required();
  CLI::Option* id =
      command->add_option("PREDICTION_ID", flags->prediction_id, "As predict answered")
          ->type_name("");
  CLI::Option* label =
      command->add_option("LABEL", flags->label, "The class or number that was true")
          ->type_name("")
          ->needs(id);
  command->add_option("--row", flags->row, "Of which row of the call, from 0; default 0")
      ->type_name("N")
      ->needs(label);
  command
      ->add_option("--file", flags->file,
                   "CSV with columns prediction_id and label, and row where calls have several; "
                   "lines without a label are left out")
      ->type_name("PATH")
      ->excludes(id);
  command->callback([flags, &action] {
    if (flags->file.empty() && flags->label.empty()) {
      throw CLI::ValidationError("give either PREDICTION_ID and LABEL, or --file");
    }
    action = [flags](const Session& session) { return Record(*flags, session); };
  });
}

}  // namespace serin
