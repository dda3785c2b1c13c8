#include "server/predict/feedback_rows.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/clock.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/monitor/log_columns.h"
#include "core/table/dictionary_index.h"
#include "server/predict/check_time.h"

namespace serin {
namespace {

using google::protobuf::Value;

constexpr size_t kMaxIdBytes = 64;
constexpr size_t kMaxLabelBytes = 10'000;

enum Columns : size_t { kId, kPrediction, kRow, kLabel, kTime };

Table EmptyRows(bool text) {
  Table table;
  const auto add = [&](absl::string_view name, v1::ColumnType type) {
    table.columns.push_back({std::string(name), type, {}, {}, {}});
  };
  add(kFeedbackId, v1::COLUMN_TYPE_TEXT);
  add(kLogPredictionId, v1::COLUMN_TYPE_TEXT);
  add(kLogRow, v1::COLUMN_TYPE_INTEGER);
  add(kFeedbackLabel, text ? v1::COLUMN_TYPE_TEXT : v1::COLUMN_TYPE_NUMBER);
  add(kLogTime, v1::COLUMN_TYPE_TIMESTAMP);
  return table;
}

absl::Status CheckText(absl::string_view field, absl::string_view text, size_t max_bytes) {
  if (!text.empty() && text.size() <= max_bytes) return absl::OkStatus();
  return InvalidField(field,
                      absl::StrCat("must have 1 to ", max_bytes, " bytes, has ", text.size()));
}

absl::Status CheckLabel(const Value& label, bool text) {
  if (text) {
    if (label.kind_case() == Value::kStringValue) {
      return CheckText("label", label.string_value(), kMaxLabelBytes);
    }
    return InvalidField("label", "must be a string: the model predicts classes");
  }
  if (label.kind_case() == Value::kNumberValue && std::isfinite(label.number_value())) {
    return absl::OkStatus();
  }
  return InvalidField("label", "must be a finite number: the model predicts numbers");
}

absl::Status Check(const v1::Feedback& feedback, bool text) {
  SERIN_RETURN_IF_ERROR(CheckText("prediction_id", feedback.prediction_id(), kMaxIdBytes));
  if (feedback.row() < 0) {
    return InvalidField("row", absl::StrCat("must not be negative, is ", feedback.row()));
  }
  if (feedback.has_time()) SERIN_RETURN_IF_ERROR(CheckTime("time", feedback.time()));
  return CheckLabel(feedback.label(), text);
}

}  // namespace

absl::StatusOr<Table> FeedbackRows(const google::protobuf::RepeatedPtrField<v1::Feedback>& labels,
                                   v1::Task task, absl::Time now, IdGenerator* ids) {
  if (labels.size() > kMaxLabelsPerMessage) {
    return InvalidField("feedback", absl::StrCat("must have at most ", kMaxLabelsPerMessage,
                                                 " labels in a message, has ", labels.size()));
  }
  const bool text = task == v1::TASK_UNSPECIFIED
                        ? !labels.empty() && labels[0].label().kind_case() == Value::kStringValue
                        : task == v1::TASK_CLASSIFICATION;
  Table table = EmptyRows(text);
  std::vector<ColumnData>& columns = table.columns;
  DictionaryIndex predictions(&columns[kPrediction].dictionary);
  DictionaryIndex classes(&columns[kLabel].dictionary);
  for (int i = 0; i < labels.size(); ++i) {
    const v1::Feedback& feedback = labels[i];
    SERIN_RETURN_IF_ERROR(PrefixField(absl::StrCat("feedback[", i, "]"), Check(feedback, text)));
    columns[kId].codes.push_back(i);
    columns[kId].dictionary.push_back(ids->Next());
    columns[kPrediction].codes.push_back(predictions.Intern(feedback.prediction_id()));
    columns[kRow].integers.push_back(feedback.row());
    if (text) {
      columns[kLabel].codes.push_back(classes.Intern(feedback.label().string_value()));
    } else {
      columns[kLabel].numbers.push_back(feedback.label().number_value());
    }
    const absl::Time time = feedback.has_time() ? FromProto(feedback.time()) : now;
    columns[kTime].numbers.push_back(static_cast<double>(absl::ToUnixMicros(time)) * 1e-6);
  }
  return table;
}

}  // namespace serin
