#include "client/cli/cell.h"

#include <cmath>

#include "core/table/value_parser.h"

namespace serin {
namespace {

Cell NumberCell(double value, v1::ColumnType type) {
  if (std::isnan(value)) return nullptr;
  if (type == v1::COLUMN_TYPE_TIMESTAMP) return FormatTimestamp(value);
  return value;
}

}  // namespace

std::vector<Cell> CellsOf(const v1::Column& column, v1::ColumnType type) {
  std::vector<Cell> cells;
  for (double value : column.numbers().values()) cells.push_back(NumberCell(value, type));
  for (int64_t value : column.integers().values()) cells.push_back(value);
  for (bool value : column.booleans().values()) cells.push_back(value);
  for (const std::string& value : column.strings().values()) cells.push_back(value);
  for (uint32_t row : column.missing_rows()) {
    if (row < cells.size()) cells[row] = nullptr;
  }
  return cells;
}

std::string CellText(const Cell& cell) {
  if (cell.is_null()) return "";
  if (cell.is_string()) return cell.get<std::string>();
  if (cell.is_number_float()) return FormatNumber(cell.get<double>());
  return cell.dump();
}

}  // namespace serin
