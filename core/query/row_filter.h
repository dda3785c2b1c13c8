#ifndef SERIN_CORE_QUERY_ROW_FILTER_H_
#define SERIN_CORE_QUERY_ROW_FILTER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/table/table.h"
#include "serin/v1/table.pb.h"

namespace serin {

// Says for which rows an expression of SQL, as behind `where` in a query (query.h), is true.
// Compiled once, then asked for one batch after the other. Not thread-safe.
class RowFilter {
 public:
  // INVALID_ARGUMENT, with what SQLite says of it and where, for what is no expression over columns
  // of the schema: syntax, names that are not there, sub-queries, aggregates, parameters, and
  // functions that would decide otherwise when they are asked again. `cancelled` is asked every few
  // milliseconds of Select, which returns CANCELLED once it is true.
  static absl::StatusOr<std::unique_ptr<RowFilter>> Compile(
      absl::string_view expression, const v1::Schema& schema,
      std::function<bool()> cancelled = [] { return false; });
  ~RowFilter();

  // The rows of `batch` for which the expression is true, neither false nor NULL, in ascending
  // order. The batch has the columns of the schema, in its order. An error (such as a number that
  // overflows) is INVALID_ARGUMENT; the filter may be used again after it.
  absl::StatusOr<std::vector<uint32_t>> Select(const Table& batch);

 private:
  class Impl;
  explicit RowFilter(std::unique_ptr<Impl> impl);

  const std::unique_ptr<Impl> impl_;
};

}  // namespace serin

#endif  // SERIN_CORE_QUERY_ROW_FILTER_H_
