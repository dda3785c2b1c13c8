#include "server/predict/decode_rows.h"

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "server/predict/decode_columns.h"
#include "server/predict/decode_features.h"

namespace serin {
namespace {

template <typename Request>
absl::Status CheckOneForm(const Request& request) {
  if (request.rows().empty() && request.columns().empty()) {
    return InvalidField("rows", "must have at least one row; or give `columns`");
  }
  if (!request.rows().empty() && !request.columns().empty()) {
    return InvalidField("columns", "must be empty, as `rows` is given");
  }
  return absl::OkStatus();
}

template <typename Request>
absl::Status Decode(const Request& request, const FeatureIndex& features, Table* rows) {
  SERIN_RETURN_IF_ERROR(CheckOneForm(request));
  ClearRows(features, rows);
  if (!request.rows().empty()) return DecodeFeatures(request.rows(), features, rows);
  return DecodeColumns(request.columns(), features, rows);
}

}  // namespace

void ClearRows(const FeatureIndex& features, Table* rows) {
  rows->columns.resize(features.size());
  for (size_t i = 0; i < features.size(); ++i) {
    ColumnData& column = rows->columns[i];
    column.name = features[i].name();
    column.type = features[i].type();
    column.numbers.clear();
    column.codes.clear();
    column.dictionary.clear();
    column.integers.clear();
  }
}

absl::StatusOr<Table> DecodeRows(const v1::PredictRequest& request, const FeatureIndex& features) {
  Table rows;
  SERIN_RETURN_IF_ERROR(DecodeRows(request, features, &rows));
  return rows;
}

absl::Status DecodeRows(const v1::PredictRequest& request, const FeatureIndex& features,
                        Table* rows) {
  return Decode(request, features, rows);
}

absl::StatusOr<Table> DecodeRows(const v1::ExplainRequest& request, const FeatureIndex& features) {
  Table rows;
  SERIN_RETURN_IF_ERROR(Decode(request, features, &rows));
  return rows;
}

}  // namespace serin
