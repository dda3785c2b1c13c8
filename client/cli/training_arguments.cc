#include "client/cli/training_arguments.h"

#include <cmath>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "client/cli/flags.h"
#include "core/base/status_macros.h"
#include "google/protobuf/util/json_util.h"

namespace serin {
namespace {

absl::Status Malformed(absl::string_view text, absl::string_view expected) {
  return absl::InvalidArgumentError(absl::StrCat("'", text, "' is not ", expected));
}

google::protobuf::Value ParseValue(const std::string& text) {
  google::protobuf::Value value;
  if (!google::protobuf::util::JsonStringToMessage(text, &value).ok()) value.set_string_value(text);
  return value;
}

// The enumerator that a word stands for: `min-max` of ENCODING_MIN_MAX. False: it stands for none.
template <typename Enum>
bool ParseEnum(absl::string_view word, absl::string_view prefix,
               bool (*parse)(google::protobuf::ConstStringParam, Enum*), Enum* value) {
  const std::string name =
      absl::StrCat(prefix, absl::AsciiStrToUpper(absl::StrReplaceAll(word, {{"-", "_"}})));
  return parse(name, value) && *value != Enum();
}

bool TakeMissing(const std::string& word, v1::Preprocessing* column) {
  v1::Preprocessing::Missing missing;
  double fill = 0;
  if (word != "constant" &&
      ParseEnum(word, "MISSING_", v1::Preprocessing::Missing_Parse, &missing)) {
    column->set_missing(missing);
  } else if (absl::SimpleAtod(word, &fill) && std::isfinite(fill)) {
    column->set_missing(v1::Preprocessing::MISSING_CONSTANT);
    column->set_fill(fill);
  } else {
    return false;
  }
  return true;
}

absl::Status TakeWord(const std::string& word, v1::Preprocessing* column) {
  v1::Preprocessing::Encoding encoding;
  if (ParseEnum(word, "ENCODING_", v1::Preprocessing::Encoding_Parse, &encoding)) {
    column->set_encoding(encoding);
  } else if (word == "indicator") {
    column->set_missing_indicator(true);
  } else if (word == "clip") {
    column->set_clip(true);
  } else if (!TakeMissing(word, column)) {
    return Malformed(word,
                     "an encoding (numeric, standardised, min-max, one-hot, category-code, "
                     "target-mean), a way with missing values (keep, mean, median, most-frequent, "
                     "a number), indicator or clip");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<google::protobuf::Struct> ParseHyperparameters(
    const std::vector<std::string>& texts) {
  SERIN_ASSIGN_OR_RETURN(const auto assignments, ParseAssignments(texts));
  google::protobuf::Struct values;
  for (const auto& [name, text] : assignments) (*values.mutable_fields())[name] = ParseValue(text);
  return values;
}

absl::StatusOr<std::vector<v1::Preprocessing>> ParsePreprocessing(
    const std::vector<std::string>& texts) {
  SERIN_ASSIGN_OR_RETURN(const auto assignments, ParseAssignments(texts));
  std::vector<v1::Preprocessing> columns;
  for (const auto& [name, text] : assignments) {
    v1::Preprocessing& column = columns.emplace_back();
    column.set_column(name);
    for (const std::string& word : std::vector<std::string>(absl::StrSplit(text, ','))) {
      SERIN_RETURN_IF_ERROR(TakeWord(word, &column));
    }
  }
  return columns;
}

absl::StatusOr<google::protobuf::Duration> ParseDuration(absl::string_view text) {
  absl::Duration parsed;
  if (!absl::ParseDuration(text, &parsed) || parsed < absl::ZeroDuration() ||
      parsed == absl::InfiniteDuration()) {
    return Malformed(text, "a time such as 90s, 10m or 1h30m");
  }
  google::protobuf::Duration duration;
  duration.set_seconds(absl::ToInt64Seconds(parsed));
  duration.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(parsed - absl::Seconds(duration.seconds()))));
  return duration;
}

absl::StatusOr<v1::Search::Metric> ParseMetric(absl::string_view text) {
  v1::Search::Metric metric;
  if (ParseEnum(text, "METRIC_", v1::Search::Metric_Parse, &metric)) return metric;
  return Malformed(text,
                   "a metric: log-loss, accuracy, balanced-accuracy, macro-f1, roc-auc, rmse, mae "
                   "or r2");
}

absl::StatusOr<v1::Task> ParseTask(absl::string_view text) {
  v1::Task task;
  if (ParseEnum(text, "TASK_", v1::Task_Parse, &task)) return task;
  return Malformed(text, "a task: classification or regression");
}

absl::StatusOr<v1::Schedule::Overlap> ParseOverlap(absl::string_view text) {
  v1::Schedule::Overlap overlap;
  if (ParseEnum(text, "OVERLAP_", v1::Schedule::Overlap_Parse, &overlap)) return overlap;
  return Malformed(text, "one of skip, queue, replace");
}

absl::StatusOr<v1::Promotion::Rule> ParsePromotion(absl::string_view text) {
  v1::Promotion::Rule rule;
  if (ParseEnum(text, "RULE_", v1::Promotion::Rule_Parse, &rule)) return rule;
  return Malformed(text, "one of none, candidate, candidate-if-better");
}

}  // namespace serin
