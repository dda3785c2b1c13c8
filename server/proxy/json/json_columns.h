#ifndef SERIN_SERVER_PROXY_JSON_JSON_COLUMNS_H_
#define SERIN_SERVER_PROXY_JSON_JSON_COLUMNS_H_

#include <string>

#include "absl/status/statusor.h"
#include "nlohmann/json_fwd.hpp"
#include "serin/v1/predict_service.pb.h"
#include "serin/v1/table.pb.h"

namespace serin {

// The values of one feature, one for each row. null is a missing value, [v] counts as v, and all
// others have to be of one kind: numbers, strings or truth values. INVALID_ARGUMENT naming the
// place below `where`, such as inputs.age[3].
absl::StatusOr<v1::Column> ColumnFromJson(const std::string& name, const nlohmann::json& values,
                                          const std::string& where);

// Writes columns as rows where one of them has no value at all: nobody but the server knows then
// which kind of values it ought to have, and only rows can leave that open.
void UseRowsForUntypedColumns(v1::PredictRequest* request);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_JSON_COLUMNS_H_
