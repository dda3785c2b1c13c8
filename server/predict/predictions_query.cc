#include "server/predict/predictions_query.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/monitor/log_columns.h"
#include "server/predict/check_time.h"

namespace serin {
namespace {

using google::protobuf::Value;

constexpr int32_t kDefaultLimit = 100;
constexpr int32_t kMaxLimit = 100'000;
// What the query calls columns of the label, beside those of the prediction.
constexpr char kLabel[] = "feedback_label";
constexpr char kLabelTime[] = "feedback_time";

// Conditions, and the parameters that they speak of.
class Where {
 public:
  explicit Where(v1::QueryDatasetsRequest* query) : query_(query) {}

  void Text(absl::string_view condition, absl::string_view value) {
    if (value.empty()) return;
    query_->add_parameters()->set_text(std::string(value));
    Add(condition);
  }
  void Integer(absl::string_view condition, int64_t value) {
    query_->add_parameters()->set_integer(value);
    Add(condition);
  }
  absl::Status Time(absl::string_view field, absl::string_view condition, bool given,
                    const google::protobuf::Timestamp& time) {
    if (!given) return absl::OkStatus();
    SERIN_RETURN_IF_ERROR(CheckTime(field, time));
    Text(condition, absl::FormatTime("%Y-%m-%d %H:%M:%E*S", FromProto(time), absl::UTCTimeZone()));
    return absl::OkStatus();
  }

  const std::string& sql() const { return sql_; }

 private:
  void Add(absl::string_view condition) {
    absl::StrAppend(&sql_, sql_.empty() ? " where p." : " and p.", condition, " ?",
                    query_->parameters_size());
  }

  v1::QueryDatasetsRequest* const query_;
  std::string sql_;
};

absl::StatusOr<int32_t> LimitOf(const v1::ListPredictionsRequest& request) {
  if (request.limit() == 0) return kDefaultLimit;
  if (request.limit() > 0 && request.limit() <= kMaxLimit) return request.limit();
  return InvalidField("limit", absl::StrCat("must be 1 to ", kMaxLimit, ", or 0 for ",
                                            kDefaultLimit, "; is ", request.limit()));
}

// The last label of each row; SQLite takes the other columns from the row that has the greatest id.
std::string JoinedLabels(const std::string& model_id) {
  return absl::StrCat(
      " left join (select prediction_id, row, label, time, max(feedback_id) from \"",
      FeedbackDataset(model_id),
      "\" group by prediction_id, row) f on f.prediction_id = p.prediction_id and "
      "f.row = p.row");
}

bool IsMissing(const v1::Column& column, int row) {
  return std::binary_search(column.missing_rows().begin(), column.missing_rows().end(),
                            static_cast<uint32_t>(row));
}

double NumberAt(const v1::Column& column, int row) {
  if (column.has_integers()) return static_cast<double>(column.integers().values(row));
  return column.numbers().values(row);
}

google::protobuf::Timestamp TimeAt(const v1::Column& column, int row) {
  return ToProto(absl::FromUnixMicros(std::llround(NumberAt(column, row) * 1e6)));
}

Value ValueAt(const v1::Column& column, int row) {
  Value value;
  if (column.has_strings()) {
    value.set_string_value(column.strings().values(row));
  } else if (column.has_booleans()) {
    value.set_bool_value(column.booleans().values(row));
  } else {
    value.set_number_value(NumberAt(column, row));
  }
  return value;
}

// Of one column that is not missing in the row.
void Take(const v1::Column& column, int row, v1::LoggedPrediction& out) {
  const std::string& name = column.name();
  const auto text = [&] { return column.strings().values(row); };
  if (name == kLogTime) {
    *out.mutable_time() = TimeAt(column, row);
  } else if (name == kLogPredictionId) {
    out.set_prediction_id(text());
  } else if (name == kLogRow) {
    out.set_row(static_cast<int32_t>(NumberAt(column, row)));
  } else if (name == kLogRequestId) {
    out.set_request_id(text());
  } else if (name == kLogVersion) {
    out.set_version(static_cast<int32_t>(NumberAt(column, row)));
  } else if (name == kLogKey) {
    out.set_key(text());
  } else if (name == kLogCaller) {
    out.set_caller(text());
  } else if (name == kLogLatency) {
    out.set_latency_seconds(NumberAt(column, row));
  } else if (name == kLabel) {
    *out.mutable_label() = ValueAt(column, row);
  } else if (name == kLabelTime) {
    *out.mutable_label_time() = TimeAt(column, row);
  } else if (absl::StartsWith(name, kLogProbabilityOf)) {
    out.mutable_prediction()->add_probabilities(NumberAt(column, row));
  } else if (absl::StartsWith(name, kLogPrediction)) {
    if (column.has_strings()) out.mutable_prediction()->set_label(text());
    if (column.has_numbers()) out.mutable_prediction()->set_value(NumberAt(column, row));
  } else if (const absl::string_view feature = FeatureOfColumn(name); !feature.empty()) {
    (*out.mutable_features())[std::string(feature)] = ValueAt(column, row);
  }
}

}  // namespace

absl::StatusOr<v1::QueryDatasetsRequest> QueryForPredictions(
    const v1::ListPredictionsRequest& request, const std::string& model_id, Labels labels) {
  v1::QueryDatasetsRequest query;
  SERIN_ASSIGN_OR_RETURN(const int32_t limit, LimitOf(request));
  Where where(&query);
  SERIN_RETURN_IF_ERROR(
      where.Time("start_time", "time >=", request.has_start_time(), request.start_time()));
  SERIN_RETURN_IF_ERROR(
      where.Time("end_time", "time <", request.has_end_time(), request.end_time()));
  if (request.version() != 0) where.Integer("version =", request.version());
  where.Text("key =", request.key());
  where.Text("prediction_id =", request.prediction_id());
  const bool with = labels == Labels::kWith;
  query.set_sql(absl::StrCat(
      "select p.*", with ? absl::StrCat(", f.label ", kLabel, ", f.time ", kLabelTime) : "",
      " from \"", PredictionsDataset(model_id), "\" p", with ? JoinedLabels(model_id) : "",
      where.sql(), " order by p.time desc, p.prediction_id desc, p.row limit ", limit));
  return query;
}

v1::ListPredictionsResponse PredictionsOf(const v1::QueryDatasetsResponse& batch) {
  v1::ListPredictionsResponse response;
  for (int row = 0; row < batch.row_count(); ++row) {
    v1::LoggedPrediction& prediction = *response.add_predictions();
    for (const v1::Column& column : batch.columns()) {
      if (!IsMissing(column, row)) Take(column, row, prediction);
    }
  }
  return response;
}

}  // namespace serin
