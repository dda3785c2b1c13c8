#ifndef SERIN_SERVER_PREDICT_SCAN_COLUMNS_H_
#define SERIN_SERVER_PREDICT_SCAN_COLUMNS_H_

#include "absl/strings/string_view.h"
#include "core/table/table.h"
#include "server/predict/feature_index.h"

namespace serin {

// The fast form, PredictRequest.columns with their tags, into a table that ClearRows has made: see
// ScanRows (scan_request.h).
bool ScanColumns(absl::string_view columns, const FeatureIndex& features, Table* table);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_SCAN_COLUMNS_H_
