#include "tests/unit/core/query/run_query.h"

#include <utility>

#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/table/value_parser.h"

namespace serin::testing {
namespace {

void AddRows(const TableBatch& batch, Answer& answer) {
  for (int64_t row = 0; row < batch.row_count; ++row) {
    std::vector<std::string>& values = answer.rows.emplace_back();
    for (const ColumnData& column : batch.table.columns) {
      values.push_back(column.missing(row) ? "NULL" : FormatValue(column, row));
    }
  }
}

}  // namespace

QueryEnvironment EnvironmentOf(const NamedTables& tables) {
  return {
      .find_table =
          [tables](absl::string_view name) -> absl::StatusOr<std::shared_ptr<const TableSource>> {
        const auto found = tables.find(std::string(name));
        if (found == tables.end()) return ResourceNotFound(name);
        return found->second;
      },
      .clock = Clock::Real()};
}

absl::StatusOr<Answer> RunQuery(const NamedTables& tables, QueryStatement statement,
                                const QueryLimits& limits) {
  SERIN_ASSIGN_OR_RETURN(const std::unique_ptr<Query> query,
                         Query::Start(std::move(statement), limits, EnvironmentOf(tables)));
  Answer answer;
  while (true) {
    SERIN_ASSIGN_OR_RETURN(const TableBatch* batch, query->Next());
    answer.schema = query->schema();
    if (batch == nullptr) return answer;
    answer.batches.push_back(*batch);
    AddRows(*batch, answer);
  }
}

absl::StatusOr<Answer> RunQuery(const Table& t, const std::string& sql) {
  return RunQuery({{"t", std::make_shared<MemoryTable>(t)}}, {.sql = sql});
}

}  // namespace serin::testing
