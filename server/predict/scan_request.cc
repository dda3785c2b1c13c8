#include "server/predict/scan_request.h"

#include <cstdint>

#include "core/base/utf8.h"
#include "serin/v1/predict_service.pb.h"
#include "server/predict/decode_rows.h"
#include "server/predict/scan_columns.h"
#include "server/predict/scan_features.h"
#include "server/predict/wire_fields.h"

namespace serin {
namespace {

constexpr uint8_t TagOf(int field) { return WireFields::Tag(field, WireFields::kBytes); }
constexpr uint8_t kModelTag = TagOf(v1::PredictRequest::kModelFieldNumber);
constexpr uint8_t kKeyTag = TagOf(v1::PredictRequest::kKeyFieldNumber);
constexpr uint8_t kRowsTag = TagOf(v1::PredictRequest::kRowsFieldNumber);
constexpr uint8_t kColumnsTag = TagOf(v1::PredictRequest::kColumnsFieldNumber);

// A string that may be left out; false where it is not one.
bool TakeString(uint8_t tag, WireFields& fields, absl::string_view* text) {
  return !fields.TakeTag(tag) || (fields.TakeBytes(text) && IsUtf8(*text));
}

// Whether there are fields, and all of this tag.
bool AllHaveTag(uint8_t tag, WireFields fields) {
  if (fields.done()) return false;
  absl::string_view value;
  while (fields.TakeTag(tag)) {
    if (!fields.TakeBytes(&value)) return false;
  }
  return fields.done();
}

}  // namespace

std::optional<ScannedRequest> ScanRequest(absl::string_view message) {
  WireFields fields(message);
  ScannedRequest request;
  if (!TakeString(kModelTag, fields, &request.model)) return std::nullopt;
  if (!TakeString(kKeyTag, fields, &request.key)) return std::nullopt;
  request.rows = fields.rest();
  // No other model or key behind the rows, which would count instead.
  if (!AllHaveTag(kRowsTag, fields) && !AllHaveTag(kColumnsTag, fields)) return std::nullopt;
  return request;
}

bool ScanRows(absl::string_view rows, const FeatureIndex& features, Table* table) {
  ClearRows(features, table);
  return WireFields(rows).TakeTag(kRowsTag) ? ScanFeatures(rows, features, table)
                                            : ScanColumns(rows, features, table);
}

}  // namespace serin
