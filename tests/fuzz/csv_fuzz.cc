// Reads any bytes as a CSV file: its table must come back from what is sent and stored, its profile
// must count every row, and every message must be UTF-8. That pieces of any size give the same
// table is what table_reader_fuzz looks at.
//
// The first byte chooses the delimiter and whether there is a header; the second is left out, as
// the files of the corpus are those of table_reader_fuzz.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/base/utf8.h"
#include "core/ingest/ingest_options.h"
#include "core/ingest/read_table.h"
#include "core/profile/table_profiler.h"
#include "core/table/column_chunk.h"
#include "core/table/schema.h"
#include "core/table/segment.h"
#include "core/table/wire.h"

namespace serin {
namespace {

void Check(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "csv_fuzz: %s\n", what);
  std::abort();
}

IngestOptions OptionsOf(uint8_t choice) {
  IngestOptions options;
  options.format.set_kind(v1::FileFormat::KIND_CSV);
  options.format.set_compression(v1::FileFormat::COMPRESSION_NONE);
  v1::CsvOptions& csv = *options.format.mutable_csv();
  csv.set_delimiter(choice % 4 >= 2 ? ";" : ",");
  csv.set_header(choice % 2 == 1 ? v1::CsvOptions::HEADER_ABSENT : v1::CsvOptions::HEADER_PRESENT);
  return options;
}

std::string Serialise(const Table& table) {
  std::string out;
  for (const ColumnData& column : table.columns) {
    ToWire(column, 0, column.size()).AppendToString(&out);
  }
  return out;
}

void CheckWire(const ColumnData& column) {
  const v1::Column wire = ToWire(column, 0, column.size());
  ColumnData copy{.name = column.name, .type = column.type};
  Check(AppendWire(wire, column.size(), &copy).ok(), "the wire form is refused");
  Check(ToWire(copy, 0, copy.size()).SerializeAsString() == wire.SerializeAsString(),
        "the wire form comes back as something else");
}

void CheckStored(const Table& table) {
  const EncodedSegment segment = EncodeSegment(table, 0, table.row_count());
  const v1::Schema schema = SchemaOf(table);
  Table copy;
  for (int i = 0; i < schema.columns_size(); ++i) {
    auto column = DecodeChunk(segment.chunks[i], schema.columns(i), table.row_count());
    Check(column.ok(), "a column chunk is refused");
    copy.columns.push_back(*std::move(column));
  }
  Check(Serialise(copy) == Serialise(table), "a segment comes back as something else");
}

void CheckProfile(const Table& table) {
  const v1::DatasetProfile profile = ProfileOf(table);
  for (const v1::ColumnProfile& column : profile.columns()) {
    Check(column.count() + column.missing() == profile.row_count(), "rows miscounted");
    Check(column.distinct() <= column.count(), "more values than rows");
  }
  std::string bytes;
  Check(profile.SerializeToString(&bytes), "a profile cannot be sent");
}

void CheckTable(const Table& table) {
  Check(table.row_count() > 0, "a table without rows");
  for (const ColumnData& column : table.columns) {
    Check(column.size() == table.row_count(), "columns of different length");
    CheckWire(column);
  }
  CheckStored(table);
  CheckProfile(table);
}

}  // namespace

void FuzzCsv(absl::string_view input) {
  if (input.size() < 2) return;
  constexpr IngestLimits kLimits = {.max_columns = 64, .max_record_bytes = 4096};
  const absl::StatusOr<Table> table =
      ReadTable(input.substr(2), OptionsOf(static_cast<uint8_t>(input[0])), {}, kLimits);
  if (!table.ok()) {
    Check(IsUtf8(table.status().message()), "a message that is not UTF-8");
    return;
  }
  CheckTable(*table);
}

}  // namespace serin

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  serin::FuzzCsv(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
