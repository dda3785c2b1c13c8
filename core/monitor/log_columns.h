#ifndef SERIN_CORE_MONITOR_LOG_COLUMNS_H_
#define SERIN_CORE_MONITOR_LOG_COLUMNS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "serin/v1/table.pb.h"

// The columns of the live datasets that a model's predictions, and what was true, are kept in.

namespace serin {

// predictions.{model} and feedback.{model}
std::string PredictionsDataset(absl::string_view model);
std::string FeedbackDataset(absl::string_view model);

// Of a prediction, beside its features. TIME: of the answer.
inline constexpr absl::string_view kLogTime = "time";                   // TIMESTAMP
inline constexpr absl::string_view kLogPredictionId = "prediction_id";  // TEXT
inline constexpr absl::string_view kLogRow = "row";                     // INTEGER
inline constexpr absl::string_view kLogRequestId = "request_id";        // TEXT
inline constexpr absl::string_view kLogVersion = "version";             // INTEGER
inline constexpr absl::string_view kLogKey = "key";                     // TEXT
inline constexpr absl::string_view kLogCaller = "caller";               // TEXT
inline constexpr absl::string_view kLogLatency = "latency_seconds";     // NUMBER
inline constexpr absl::string_view kLogPrediction = "prediction";       // TEXT or NUMBER
inline constexpr absl::string_view kLogProbability = "probability";     // NUMBER
inline constexpr absl::string_view kLogProbabilityOf = "probability_";  // NUMBER; {class} behind it
// Of a label, beside kLogPredictionId, kLogRow and kLogTime.
inline constexpr absl::string_view kFeedbackId = "feedback_id";  // TEXT; ascending.
inline constexpr absl::string_view kFeedbackLabel = "label";     // TEXT or NUMBER

// The column of a feature: its name; with `feature_` before it where that is a column of the log,
// or begins as one may, or with `feature_`.
std::string ColumnOfFeature(absl::string_view feature);

// The feature whose column has this name; empty where it is one of the log's own.
absl::string_view FeatureOfColumn(absl::string_view column);

// The schema under which rows of `rows` go into a dataset that has the columns of `dataset`: one by
// one, the same name where the dataset has no such column or has it with the same type, else the
// name with the type behind it (`age_category`), or with a number behind that.
v1::Schema FitIntoDataset(const v1::Schema& rows, const v1::Schema& dataset);

}  // namespace serin

#endif  // SERIN_CORE_MONITOR_LOG_COLUMNS_H_
