#ifndef SERIN_CORE_QUERY_QUERY_H_
#define SERIN_CORE_QUERY_QUERY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "core/table/table_source.h"
#include "serin/v1/table.pb.h"

// SQL over tables: SQLite's dialect (https://sqlite.org/lang_select.html), SELECT only. No file is
// opened and nothing is written, whatever the statement says.
//
// How columns look in SQL: NUMBER is REAL, INTEGER and BOOLEAN (0 and 1) are INTEGER, CATEGORY and
// TEXT are TEXT, and TIMESTAMP is TEXT in the form that SQLite's date functions have,
// `YYYY-MM-DD HH:MM:SS[.ffffff]`, in UTC, so that `t >= '2026-11-01'` and
// `t > datetime('now', '-1 day')` mean what they say. Missing values are NULL.

namespace serin {

// Finds the table that a name in a statement stands for; the names come in lower case. The error
// ends the query.
using TableFinder =
    std::function<absl::StatusOr<std::shared_ptr<const TableSource>>(absl::string_view name)>;

// What one query may cost. Past any of them it ends with RESOURCE_EXHAUSTED, which names the limit.
struct QueryLimits {
  // Of the answer.
  int64_t max_rows = 1'000'000;
  // Memory for sorting, grouping and joining, the batches being read included.
  int64_t max_bytes = int64_t{256} << 20;
  // Within Next() and Start(); waiting for a slow reader in between does not count.
  absl::Duration max_time = absl::Seconds(30);
};

// Null, a truth value (as 0 or 1), or a value.
using QueryParameterValue = std::variant<std::monostate, int64_t, double, std::string>;

struct QueryStatement {
  // UTF-8.
  std::string sql;
  // ?1, ?2, ...: as many as the statement has.
  std::vector<QueryParameterValue> parameters;
};

// Where a query runs.
struct QueryEnvironment {
  TableFinder find_table;
  const Clock* clock = nullptr;  // Outlives the query.
  // Asked every few milliseconds; true ends the query with CANCELLED.
  std::function<bool()> cancelled;
};

// One SELECT, answered batch by batch. Not thread-safe, but may move between threads.
class Query {
 public:
  // Reads the statement and finds its tables; no rows are read yet. INVALID_ARGUMENT with a field
  // `sql` or `parameters`, what SQLite says and where, for what is no single SELECT.
  static absl::StatusOr<std::unique_ptr<Query>> Start(QueryStatement statement,
                                                      const QueryLimits& limits,
                                                      QueryEnvironment environment);
  ~Query();

  // The next rows of the answer, about 1 MiB of them (3 at most) and 8192 at most; null after the
  // last one. After an error the query is over. Valid until the next call.
  absl::StatusOr<const TableBatch*> Next();

  // The columns of the answer; to be asked after the first Next(). Names are those that SQLite
  // gives, made unique. Columns that come straight from a table keep their type; of others the
  // first 1,000 rows (or the first MiB of them) say it: INTEGER where all values are whole numbers,
  // NUMBER where all are numbers, else TEXT. A later row with a value that does not fit ends the
  // query with INVALID_ARGUMENT, which names the column and what to cast it to.
  const v1::Schema& schema() const;

 private:
  class Impl;
  explicit Query(std::unique_ptr<Impl> impl);

  const std::unique_ptr<Impl> impl_;
};

}  // namespace serin

#endif  // SERIN_CORE_QUERY_QUERY_H_
