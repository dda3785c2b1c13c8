// Runs any bytes as a statement of SQL over two small tables, and as a filter on rows: neither may
// do more than answer or refuse. Batches must be what their schema says, messages UTF-8.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "core/base/errors.h"
#include "core/base/utf8.h"
#include "core/query/query.h"
#include "core/query/row_filter.h"
#include "core/table/schema.h"

namespace serin {
namespace {

void Check(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "query_fuzz: %s\n", what);
  std::abort();
}

Table SmallTable() {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  Table table;
  table.columns = {
      {.name = "n", .type = v1::COLUMN_TYPE_NUMBER, .numbers = {1.5, -0.0, kNan, 1e300}},
      {.name = "i",
       .type = v1::COLUMN_TYPE_INTEGER,
       .integers = {5, -1, ColumnData::kMissingInteger, std::numeric_limits<int64_t>::max()}},
      {.name = "b", .type = v1::COLUMN_TYPE_BOOLEAN, .numbers = {1, 0, kNan, 1}},
      {.name = "t", .type = v1::COLUMN_TYPE_TIMESTAMP, .numbers = {0, 1.25, kNan, 1e9}},
      {.name = "c d",
       .type = v1::COLUMN_TYPE_CATEGORY,
       .codes = {0, 1, -1, 2},
       .dictionary = {"cat", "5", ""}}};
  return table;
}

// Ends what would not end by itself: goes on by a millisecond each time that it is looked at.
class RunningClock : public Clock {
 public:
  absl::Time Now() const override { return now_ += absl::Milliseconds(1); }

 private:
  mutable absl::Time now_ = absl::UnixEpoch();
};

void CheckBatch(const v1::Schema& schema, const TableBatch& batch) {
  Check(static_cast<int>(batch.table.columns.size()) == schema.columns_size(),
        "a batch with other columns than the schema");
  for (int i = 0; i < schema.columns_size(); ++i) {
    const ColumnData& column = batch.table.columns[i];
    Check(column.type == schema.columns(i).type(), "a column of another type");
    Check(static_cast<int64_t>(column.size()) == batch.row_count, "a column of another length");
    for (const std::string& value : column.dictionary) Check(IsUtf8(value), "text not UTF-8");
  }
}

absl::Status Run(const std::string& sql) {
  const RunningClock clock;
  const QueryEnvironment environment = {
      .find_table =
          [](absl::string_view name) -> absl::StatusOr<std::shared_ptr<const TableSource>> {
        if (name != "t" && name != "u@1") return ResourceNotFound("datasets");
        return std::make_shared<MemoryTable>(SmallTable(), 3);
      },
      .clock = &clock};
  auto query = Query::Start({.sql = sql},
                            {.max_rows = 100, .max_bytes = 4 << 20, .max_time = absl::Seconds(1)},
                            environment);
  if (!query.ok()) return query.status();
  while (true) {
    const absl::StatusOr<const TableBatch*> batch = (*query)->Next();
    if (!batch.ok()) return batch.status();
    if (*batch == nullptr) return absl::OkStatus();
    CheckBatch((*query)->schema(), **batch);
  }
}

absl::Status Filter(const std::string& expression) {
  const Table table = SmallTable();
  const auto filter = RowFilter::Compile(expression, SchemaOf(table));
  if (!filter.ok()) return filter.status();
  const absl::StatusOr<std::vector<uint32_t>> rows = (*filter)->Select(table);
  if (!rows.ok()) return rows.status();
  for (size_t i = 0; i < rows->size(); ++i) {
    Check((*rows)[i] < table.row_count(), "a row that is not there");
    Check(i == 0 || (*rows)[i - 1] < (*rows)[i], "rows out of order");
  }
  return absl::OkStatus();
}

void CheckError(const absl::Status& status) {
  Check(IsUtf8(status.message()), "a message that is not UTF-8");
  Check(status.code() != absl::StatusCode::kInternal, "an internal error");
}

}  // namespace

void FuzzQuery(const std::string& text) {
  CheckError(Run(text));
  CheckError(Filter(text));
}

}  // namespace serin

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  serin::FuzzQuery(std::string(reinterpret_cast<const char*>(data), size));
  return 0;
}
