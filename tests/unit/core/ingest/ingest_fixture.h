#ifndef SERIN_TESTS_UNIT_CORE_INGEST_INGEST_FIXTURE_H_
#define SERIN_TESTS_UNIT_CORE_INGEST_INGEST_FIXTURE_H_

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "core/ingest/read_table.h"
#include "core/ingest/table_reader.h"
#include "core/table/schema.h"
#include "core/table/value_parser.h"
#include "tests/testing/status_matchers.h"

namespace serin {

// A file and how it is read.
struct IngestInput {
  std::string bytes;
  IngestOptions options = {};
  v1::Schema schema = {};
  IngestLimits limits = {};
  size_t piece = 1 << 20;  // Bytes per Push.
};

// What a TableReader gave.
struct Ingested {
  IngestResult result;
  std::vector<Table> batches;

  // As one table; not where the file has to be read again.
  Table table() const { return JoinBatches(result.schema, batches); }
};

inline absl::StatusOr<Ingested> Ingest(const IngestInput& input) {
  Ingested ingested;
  const auto sink = [&](Table batch) {
    ingested.batches.push_back(std::move(batch));
    return absl::OkStatus();
  };
  auto reader = TableReader::Create(input.options, input.schema, input.limits, sink);
  if (!reader.ok()) return reader.status();
  for (size_t at = 0; at < input.bytes.size(); at += input.piece) {
    const absl::string_view piece = absl::string_view(input.bytes).substr(at, input.piece);
    if (const absl::Status status = (*reader)->Push(piece); !status.ok()) return status;
  }
  absl::StatusOr<IngestResult> result = (*reader)->Finish();
  if (!result.ok()) return result.status();
  ingested.result = *std::move(result);
  return ingested;
}

inline v1::Schema SchemaWith(const std::string& name, v1::ColumnType type) {
  v1::Schema schema;
  schema.add_columns()->set_name(name);
  schema.mutable_columns(0)->set_type(type);
  return schema;
}

// The values of a column as they would be written to a file.
inline std::vector<std::string> Values(const Table& table, size_t column) {
  std::vector<std::string> values;
  for (size_t row = 0; row < table.row_count(); ++row) {
    values.push_back(FormatValue(table.columns[column], row));
  }
  return values;
}

inline std::vector<v1::ColumnType> TypesOf(const v1::Schema& schema) {
  std::vector<v1::ColumnType> types;
  for (const v1::ColumnSchema& column : schema.columns()) types.push_back(column.type());
  return types;
}

// All of it as text, to compare.
inline std::string Print(const Table& table) {
  std::string text = SchemaOf(table).ShortDebugString();
  for (size_t column = 0; column < table.columns.size(); ++column) {
    for (const std::string& value : Values(table, column)) text += value + "\n";
  }
  return text;
}

}  // namespace serin

#endif  // SERIN_TESTS_UNIT_CORE_INGEST_INGEST_FIXTURE_H_
