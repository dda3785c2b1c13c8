// Reads any bytes as a CSV file, whole and in pieces: both must give the same table or the same
// error, tables must hold together, and every message must be UTF-8.
//
// The first byte chooses the delimiter and whether there is a header, the second the size of the
// pieces.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/base/utf8.h"
#include "core/table/csv_reader.h"
#include "core/table/profile.h"
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

void CheckTable(const Table& table) {
  Check(table.row_count() > 0, "a table without rows");
  const internal::v1::Segment segment = EncodeSegment(table, 0, table.row_count());
  const v1::DatasetProfile profile = ProfileOf(table);
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const ColumnData& column = table.columns[i];
    Check(column.size() == table.row_count(), "columns of different length");
    ColumnData copy{.name = column.name, .type = column.type};
    Check(AppendWire(ToWire(column, 0, column.size()), column.size(), &copy).ok(),
          "the wire form does not come back");
    const auto& statistics = profile.columns(static_cast<int>(i));
    Check(statistics.count() + statistics.missing() == profile.row_count(), "rows miscounted");
    Check(statistics.distinct() <= statistics.count(), "more values than rows");
  }
  Check(segment.row_count() == static_cast<int>(table.row_count()), "a segment lacks rows");
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
    const absl::string_view message = whole.status().message();
    Check(ValidUtf8Prefix(message) == message.size(), "a message that is not UTF-8");
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
