#ifndef SERIN_CORE_INTERCHANGE_JSON_FILE_H_
#define SERIN_CORE_INTERCHANGE_JSON_FILE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json_fwd.hpp"

namespace serin {

// Whether an object begins here that is written as UBJSON and not as JSON.
bool IsUbjsonObject(absl::string_view bytes);

// Reads JSON, in which NaN may stand for a number and becomes null, or UBJSON (draft 12). Takes any
// bytes: INVALID_ARGUMENT where they are neither, or are nested deeper than 64 levels;
// RESOURCE_EXHAUSTED where they say more than 2^26 values, which a few bytes of UBJSON can.
absl::StatusOr<nlohmann::json> ReadJsonFile(absl::string_view bytes);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_JSON_FILE_H_
