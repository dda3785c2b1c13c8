// Reads any bytes as a CSV file, whole and in pieces: both must give the same table or the same
// code, tables must come back from what is sent and stored, and every message must be UTF-8.
//
// The first byte chooses the delimiter and whether there is a header, the second the size of the
// pieces.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "core/base/utf8.h"
#include "core/profile/table_profiler.h"
#include "core/table/column_chunk.h"
#include "core/table/csv_reader.h"
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

v1::CsvOptions OptionsOf(uint8_t choice) {
  v1::CsvOptions options;
  if (choice % 2 == 1) options.set_header(v1::CsvOptions::HEADER_ABSENT);
  if (choice % 4 >= 2) options.set_delimiter(";");
  return options;
}

absl::StatusOr<Table> Read(const v1::CsvOptions& options, absl::string_view file, size_t piece) {
  constexpr CsvLimits kLimits = {.max_columns = 64, .max_record_bytes = 4096};
  auto reader = CsvReader::Create(options, {}, kLimits);
  Check(reader.ok(), "options were refused");
  while (!file.empty()) {
    const size_t size = std::min(piece, file.size());
    if (const absl::Status status = (*reader)->Push(file.substr(0, size)); !status.ok())
      return status;
    file.remove_prefix(size);
  }
  return (*reader)->Finish();
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
  const v1::CsvOptions options = OptionsOf(static_cast<uint8_t>(input[0]));
  const size_t piece = 1 + static_cast<uint8_t>(input[1]) % 16;
  const absl::string_view file = input.substr(2);
  const absl::StatusOr<Table> whole = Read(options, file, file.size());
  const absl::StatusOr<Table> pieces = Read(options, file, piece);
  Check(whole.ok() == pieces.ok(), "pieces change whether a file can be read");
  if (!whole.ok()) {
    Check(whole.status().code() == pieces.status().code(), "pieces change the code");
    Check(IsUtf8(whole.status().message()), "a message that is not UTF-8");
    return;
  }
  CheckTable(*whole);
  Check(Serialise(*whole) == Serialise(*pieces), "pieces change the table");
}

}  // namespace serin

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  serin::FuzzCsv(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
