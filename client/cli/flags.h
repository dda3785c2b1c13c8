#ifndef SERIN_CLIENT_CLI_FLAGS_H_
#define SERIN_CLIENT_CLI_FLAGS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "serin/v1/table.pb.h"

// Parsers of what people type as arguments. Each error is INVALID_ARGUMENT and quotes the argument.

namespace serin {

// NAME=VALUE, split at the first '='; neither side trimmed, VALUE may be empty.
absl::StatusOr<std::pair<std::string, std::string>> ParseAssignment(absl::string_view text);

// The same for many, each name once.
absl::StatusOr<std::map<std::string, std::string>> ParseAssignments(
    const std::vector<std::string>& texts);

// VERSION=PERCENT, each version once: {"1=90", "2=10"}. The server checks the sum.
absl::StatusOr<std::map<int32_t, int32_t>> ParseWeights(const std::vector<std::string>& texts);

// ALIAS=VERSION.
absl::StatusOr<std::pair<std::string, int32_t>> ParseAlias(absl::string_view text);

// COLUMN=TYPE, each column once, where TYPE is number, integer, category, boolean, timestamp
// or text. A column's name may hold a '=': the type is what follows the last one.
absl::StatusOr<std::map<std::string, v1::ColumnType>> ParseColumnTypes(
    const std::vector<std::string>& texts);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_FLAGS_H_
