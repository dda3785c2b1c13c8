#ifndef SERIN_CLIENT_CLI_CELL_H_
#define SERIN_CLIENT_CLI_CELL_H_

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "serin/v1/table.pb.h"

namespace serin {

// One value of a table: null where it is missing. Objects keep the order of their members.
using Cell = nlohmann::ordered_json;

// The values of a column in the packed form, timestamps as ISO 8601 text.
std::vector<Cell> CellsOf(const v1::Column& column, v1::ColumnType type);

// As it stands in a table: empty where missing.
std::string CellText(const Cell& cell);

}  // namespace serin

#endif  // SERIN_CLIENT_CLI_CELL_H_
