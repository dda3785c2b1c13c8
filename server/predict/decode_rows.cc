#include "server/predict/decode_rows.h"

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "server/predict/decode_columns.h"
#include "server/predict/decode_features.h"

namespace serin {
namespace {

absl::Status CheckOneForm(const v1::PredictRequest& request) {
  if (request.rows().empty() && request.columns().empty()) {
    return InvalidField("rows", "must have at least one row; or give `columns`");
  }
  if (!request.rows().empty() && !request.columns().empty()) {
    return InvalidField("columns", "must be empty, as `rows` is given");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Table> DecodeRows(const v1::PredictRequest& request, const FeatureIndex& features) {
  SERIN_RETURN_IF_ERROR(CheckOneForm(request));
  if (!request.rows().empty()) return DecodeFeatures(request.rows(), features);
  return DecodeColumns(request.columns(), features);
}

}  // namespace serin
