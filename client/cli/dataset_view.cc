#include "client/cli/dataset_view.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "client/cli/cell.h"
#include "client/cli/format.h"
#include "core/table/schema.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

using Align = TextTable::Align;

// `setosa 50, versicolor 50, ...`: the most frequent values, as many as fit a line.
std::string TopValues(const v1::ColumnProfile& column) {
  constexpr int kShown = 3;
  std::vector<std::string> parts;
  for (const v1::ValueCount& top : column.top_values()) {
    if (parts.size() == kShown) break;
    parts.push_back(absl::StrCat(top.value(), " ", FormatCount(top.count())));
  }
  if (column.distinct() > kShown) parts.push_back("...");
  return absl::StrJoin(parts, ", ");
}

double Median(const v1::NumberSummary& summary) {
  for (const v1::Quantile& quantile : summary.quantiles()) {
    if (quantile.fraction() == 0.5) return quantile.value();
  }
  return summary.mean();
}

// Minimum, median, mean, maximum and standard deviation, as cells.
std::vector<std::string> SummaryCells(const v1::ColumnProfile& column) {
  if (!column.has_number()) return {"", "", "", "", ""};
  const v1::NumberSummary& number = column.number();
  std::vector<std::string> cells;
  for (double value : {number.min(), Median(number), number.mean(), number.max()}) {
    cells.push_back(column.type() == v1::COLUMN_TYPE_TIMESTAMP ? FormatTimestamp(value)
                                                               : FormatSummary(value));
  }
  cells.push_back(FormatSummary(number.standard_deviation()));
  return cells;
}

}  // namespace

void PrintDatasetVersion(const v1::DatasetVersion& version, const Session& session) {
  session.console.out << version.name() << "\n";
  TextTable fields = TextTable::Fields();
  fields.AddRow({"rows", FormatCount(version.row_count())});
  fields.AddRow({"size", FormatBytes(version.source_bytes())});
  fields.AddRow({"sha256", version.source_sha256()});
  fields.AddRow({"created", FormatTime(version.create_time())});
  session.Print(fields);
  session.console.out << "\n";
  TextTable columns({{"COLUMN"}, {"TYPE"}});
  for (const v1::ColumnSchema& column : version.schema().columns()) {
    columns.AddRow({column.name(), std::string(TypeName(column.type()))});
  }
  session.Print(columns);
}

void PrintVersionList(const std::vector<v1::DatasetVersion>& versions, const Session& session) {
  TextTable table({{"VERSION", Align::kRight},
                   {"ROWS", Align::kRight},
                   {"COLUMNS", Align::kRight},
                   {"SIZE", Align::kRight},
                   {"CREATED"},
                   {"SHA256"}});
  for (const v1::DatasetVersion& version : versions) {
    table.AddRow({absl::StrCat(version.version()), FormatCount(version.row_count()),
                  FormatCount(version.schema().columns_size()), FormatBytes(version.source_bytes()),
                  FormatTime(version.create_time()), version.source_sha256().substr(0, 12)});
  }
  session.Print(table);
}

void PrintProfile(const v1::DatasetProfile& profile, const Session& session) {
  TextTable table({{"COLUMN"},
                   {"TYPE"},
                   {"COUNT", Align::kRight},
                   {"MISSING", Align::kRight},
                   {"DISTINCT", Align::kRight},
                   {"MIN", Align::kRight},
                   {"MEDIAN", Align::kRight},
                   {"MEAN", Align::kRight},
                   {"MAX", Align::kRight},
                   {"STD", Align::kRight},
                   {"MOST FREQUENT"}});
  for (const v1::ColumnProfile& column : profile.columns()) {
    std::vector<std::string> row = {column.name(), std::string(TypeName(column.type())),
                                    FormatCount(column.count()), FormatCount(column.missing()),
                                    FormatCount(column.distinct())};
    for (std::string& cell : SummaryCells(column)) row.push_back(std::move(cell));
    row.push_back(TopValues(column));
    table.AddRow(std::move(row));
  }
  session.Print(table);
}

RowPrinter::RowPrinter(const v1::Schema& schema, const Session& session)
    : schema_(schema), session_(session) {}

void RowPrinter::Add(const v1::ReadRowsResponse& batch) {
  if (session_.json()) {
    PrintObjects(batch);
  } else {
    AddToTable(batch);
  }
}

void RowPrinter::Finish() {
  for (const TextTable& table : table_) session_.Print(table);
}

void RowPrinter::AddToTable(const v1::ReadRowsResponse& batch) {
  std::vector<TextTable::Column> headings;
  std::vector<std::vector<std::string>> rows(batch.row_count());
  for (const v1::Column& column : batch.columns()) {
    headings.push_back({column.name(), column.has_numbers() ? Align::kRight : Align::kLeft});
    const std::vector<Cell> cells = CellsOf(column, TypeOf(column.name()));
    for (size_t row = 0; row < rows.size(); ++row) rows[row].push_back(CellText(cells[row]));
  }
  if (table_.empty()) table_.emplace_back(std::move(headings));
  for (auto& row : rows) table_.front().AddRow(std::move(row));
}

void RowPrinter::PrintObjects(const v1::ReadRowsResponse& batch) {
  std::vector<Cell> objects(batch.row_count(), Cell::object());
  for (const v1::Column& column : batch.columns()) {
    const std::vector<Cell> cells = CellsOf(column, TypeOf(column.name()));
    for (size_t row = 0; row < objects.size(); ++row) objects[row][column.name()] = cells[row];
  }
  for (const Cell& object : objects) session_.console.out << object.dump() << "\n";
}

v1::ColumnType RowPrinter::TypeOf(const std::string& column) const {
  const v1::ColumnSchema* known = FindColumn(schema_, column);
  return known == nullptr ? v1::COLUMN_TYPE_UNSPECIFIED : known->type();
}

}  // namespace serin
