#include "client/cli/row_printer.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/table/schema.h"

namespace serin {
namespace {

v1::ColumnType TypeOf(const v1::Schema& schema, const std::string& column) {
  const v1::ColumnSchema* known = FindColumn(schema, column);
  return known == nullptr ? v1::COLUMN_TYPE_UNSPECIFIED : known->type();
}

TextTable::Align AlignOf(v1::ColumnType type) {
  const bool is_number = type == v1::COLUMN_TYPE_NUMBER || type == v1::COLUMN_TYPE_INTEGER;
  return is_number ? TextTable::Align::kRight : TextTable::Align::kLeft;
}

// RFC 4180; spaces at the ends would not come back from a reader that trims.
std::string CsvField(const std::string& text) {
  const bool bare = text.find_first_of(",\"\r\n") == std::string::npos &&
                    (text.empty() || (text.front() != ' ' && text.back() != ' '));
  if (bare) return text;
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

RowPrinter::Columns ColumnsOf(const v1::Schema& schema) {
  RowPrinter::Columns columns;
  for (const v1::ColumnSchema& column : schema.columns()) columns.Add()->set_name(column.name());
  return columns;
}

}  // namespace

bool RowPrinter::Add(const v1::Schema& schema, int row_count, const Columns& columns) {
  if (columns.empty() && row_count == 0) {
    return begun_ || schema.columns().empty() || Add(schema, 0, ColumnsOf(schema));
  }
  std::vector<std::vector<Cell>> cells;
  for (const v1::Column& column : columns) {
    cells.push_back(CellsOf(column, TypeOf(schema, column.name())));
    cells.back().resize(row_count);
  }
  if (format_ == OutputFormat::kTable) PrintTable(schema, row_count, columns, cells);
  if (format_ == OutputFormat::kCsv) PrintCsv(row_count, columns, cells);
  if (format_ == OutputFormat::kJson) PrintObjects(row_count, columns, cells);
  begun_ = true;
  return static_cast<bool>(console_.out);
}

void RowPrinter::PrintTable(const v1::Schema& schema, int row_count, const Columns& columns,
                            const std::vector<std::vector<Cell>>& cells) {
  if (!table_) {
    std::vector<TextTable::Column> headings;
    for (const v1::Column& column : columns) {
      headings.push_back({column.name(), AlignOf(TypeOf(schema, column.name()))});
    }
    table_.emplace(std::move(headings));
  }
  for (int row = 0; row < row_count; ++row) {
    std::vector<std::string> texts;
    for (const auto& column : cells) texts.push_back(CellText(column[row]));
    table_->AddRow(std::move(texts));
  }
  console_.out << table_->Render(console_.color);
  table_->Continue();
}

void RowPrinter::PrintCsv(int row_count, const Columns& columns,
                          const std::vector<std::vector<Cell>>& cells) {
  std::string text;
  for (int i = 0; i < columns.size() && !begun_; ++i) {
    absl::StrAppend(&text, i == 0 ? "" : ",", CsvField(columns[i].name()));
  }
  if (!begun_) text += "\n";
  for (int row = 0; row < row_count; ++row) {
    for (size_t i = 0; i < cells.size(); ++i) {
      absl::StrAppend(&text, i == 0 ? "" : ",", CsvField(CellText(cells[i][row])));
    }
    text += "\n";
  }
  console_.out << text;
}

void RowPrinter::PrintObjects(int row_count, const Columns& columns,
                              const std::vector<std::vector<Cell>>& cells) {
  for (int row = 0; row < row_count; ++row) {
    Cell object = Cell::object();
    for (int i = 0; i < columns.size(); ++i) object[columns[i].name()] = cells[i][row];
    console_.out << object.dump() << "\n";
  }
}

}  // namespace serin
