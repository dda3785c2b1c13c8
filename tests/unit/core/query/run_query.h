#ifndef SERIN_TESTS_UNIT_CORE_QUERY_RUN_QUERY_H_
#define SERIN_TESTS_UNIT_CORE_QUERY_RUN_QUERY_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/query/query.h"
#include "core/table/table.h"
#include "core/table/table_source.h"

namespace serin::testing {

// The tables of a project, by name.
using NamedTables = std::map<std::string, std::shared_ptr<const TableSource>>;

// What a query answered.
struct Answer {
  v1::Schema schema;
  std::vector<TableBatch> batches;
  // Values as a CSV file would have them; missing ones are "NULL".
  std::vector<std::vector<std::string>> rows;
};

absl::StatusOr<Answer> RunQuery(const NamedTables& tables, QueryStatement statement,
                                const QueryLimits& limits = {});

// The same of a table called t.
absl::StatusOr<Answer> RunQuery(const Table& t, const std::string& sql);

// An environment with these tables, the clock of the operating system, and nobody who cancels.
QueryEnvironment EnvironmentOf(const NamedTables& tables);

}  // namespace serin::testing

#endif  // SERIN_TESTS_UNIT_CORE_QUERY_RUN_QUERY_H_
