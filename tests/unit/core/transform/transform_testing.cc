#include "tests/unit/core/transform/transform_testing.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/errors.h"
#include "core/table/schema.h"
#include "core/table/table_appender.h"
#include "core/table/value_parser.h"
#include "core/transform/cell_parser.h"
#include "google/protobuf/text_format.h"

namespace serin {
namespace {

v1::ColumnType TypeOf(absl::string_view name) {
  for (int type = v1::ColumnType_MIN; type <= v1::ColumnType_MAX; ++type) {
    if (TypeName(static_cast<v1::ColumnType>(type)) == name) {
      return static_cast<v1::ColumnType>(type);
    }
  }
  ADD_FAILURE() << "no type: " << name;
  return v1::COLUMN_TYPE_UNSPECIFIED;
}

std::vector<std::string> Words(absl::string_view line) {
  return absl::StrSplit(line, ' ', absl::SkipEmpty());
}

}  // namespace

Table TextTable(const std::string& text) {
  const std::vector<std::string> lines = absl::StrSplit(text, '\n', absl::SkipWhitespace());
  std::vector<std::unique_ptr<CellParser>> columns;
  for (const std::string& column : Words(lines[0])) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(column, ':');
    columns.push_back(std::make_unique<CellParser>(parts.first, TypeOf(parts.second)));
  }
  for (size_t line = 1; line < lines.size(); ++line) {
    const std::vector<std::string> cells = Words(lines[line]);
    EXPECT_EQ(cells.size(), columns.size()) << lines[line];
    for (size_t i = 0; i < cells.size(); ++i) {
      if (cells[i] == "_") {
        columns[i]->AppendMissing();
      } else {
        EXPECT_TRUE(columns[i]->AppendText(cells[i])) << cells[i];
      }
    }
  }
  Table table;
  for (auto& column : columns) table.columns.push_back(std::move(*column).Finish());
  return table;
}

std::string TextOf(const Table& table) {
  std::string text;
  for (const ColumnData& column : table.columns) {
    absl::StrAppend(&text, text.empty() ? "" : " ", column.name, ":", TypeName(column.type));
  }
  text += "\n";
  for (size_t row = 0; row < table.row_count(); ++row) {
    for (size_t i = 0; i < table.columns.size(); ++i) {
      const ColumnData& column = table.columns[i];
      absl::StrAppend(&text, i == 0 ? "" : " ",
                      column.missing(row) ? "_" : FormatValue(column, row));
    }
    text += "\n";
  }
  return text;
}

TransformSteps StepsOf(const std::vector<std::string>& steps) {
  TransformSteps out;
  for (const std::string& step : steps) {
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(step, out.Add())) << step;
  }
  return out;
}

absl::StatusOr<Table> RunSteps(const Table& table, const std::vector<std::string>& steps,
                               const TransformSetup& setup) {
  TransformEnvironment environment;
  environment.limits = setup.limits;
  environment.cancelled = setup.cancelled;
  environment.resolve =
      [&](const std::string& name) -> absl::StatusOr<std::shared_ptr<const TableSource>> {
    for (const auto& [other, other_table] : setup.others) {
      if (other == name) return std::make_shared<MemoryTable>(other_table, setup.batch_rows);
    }
    return ResourceNotFound(name);
  };
  TableAppender result;
  const MemoryTable source(table, setup.batch_rows);
  const absl::StatusOr<int64_t> rows =
      Transform(source, StepsOf(steps), environment, [&](Table batch) {
        EXPECT_GT(batch.row_count(), 0u);
        result.Append(batch, 0, batch.row_count());
        return absl::OkStatus();
      });
  if (!rows.ok()) return rows.status();
  EXPECT_EQ(*rows, static_cast<int64_t>(result.table().row_count()));
  return result.Take();
}

std::string TextAfter(const std::string& table, const std::vector<std::string>& steps,
                      const TransformSetup& setup) {
  const absl::StatusOr<Table> result = RunSteps(TextTable(table), steps, setup);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? TextOf(*result) : "";
}

}  // namespace serin
