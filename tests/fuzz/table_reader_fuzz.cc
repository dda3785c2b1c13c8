// Reads any bytes as a table file, whole and in pieces: both must give the same batches or the same
// error, a second reading with the final schema must give the same table, and every message must be
// UTF-8.
//
// The first byte chooses header, delimiter, kind of file (CSV, JSON Lines, LIBSVM, found by
// looking) and whether bad rows are set aside; the second the size of the pieces.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "core/base/utf8.h"
#include "core/ingest/conform.h"
#include "core/ingest/read_table.h"
#include "core/ingest/table_reader.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

void Check(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "table_reader_fuzz: %s\n", what);
  std::abort();
}

struct Read {
  absl::Status status;
  IngestResult result;
  std::vector<Table> batches;
};

IngestOptions OptionsOf(uint8_t choice) {
  constexpr v1::FileFormat::Kind kKinds[] = {
      v1::FileFormat::KIND_CSV, v1::FileFormat::KIND_JSON_LINES, v1::FileFormat::KIND_LIBSVM,
      v1::FileFormat::KIND_UNSPECIFIED};
  IngestOptions options;
  if (choice & 1) options.format.mutable_csv()->set_header(v1::CsvOptions::HEADER_ABSENT);
  if (choice & 2) options.format.mutable_csv()->set_delimiter(";");
  options.format.set_kind(kKinds[(choice >> 2) % 4]);
  if (choice & 16) options.bad_rows.set_policy(v1::BadRows::POLICY_SET_ASIDE);
  return options;
}

Read ReadFile(const IngestOptions& options, const v1::Schema& schema, absl::string_view file,
              size_t piece) {
  // Windows of 256 bytes.
  constexpr IngestLimits kLimits = {
      .max_columns = 64, .max_record_bytes = 256, .max_text_bytes = 1 << 20};
  Read read;
  auto reader = TableReader::Create(options, schema, kLimits, [&](Table batch) {
    read.batches.push_back(std::move(batch));
    return absl::OkStatus();
  });
  Check(reader.ok(), "options were refused");
  for (; !file.empty(); file.remove_prefix(std::min(piece, file.size()))) {
    read.status = (*reader)->Push(file.substr(0, piece));
    if (!read.status.ok()) return read;
  }
  absl::StatusOr<IngestResult> result = (*reader)->Finish();
  read.status = result.status();
  if (result.ok()) read.result = *std::move(result);
  return read;
}

std::string Print(const Table& table) {
  std::string text;
  for (const ColumnData& column : table.columns) {
    Check(column.size() == table.row_count(), "columns of different length");
    for (size_t row = 0; row < column.size(); ++row) text += FormatValue(column, row) + "\n";
  }
  return text;
}

std::string Print(const std::vector<Table>& batches) {
  std::string text;
  for (const Table& batch : batches) text += Print(batch);
  return text;
}

void CheckSecondReading(IngestOptions options, const Read& first, absl::string_view file) {
  options.inferred_strings = first.result.inferred_strings;
  const Read second = ReadFile(options, first.result.schema, file, file.size());
  Check(second.status.ok(), "a second reading fails");
  Check(!second.result.reread, "a second reading asks for a third");
  Check(second.result.row_count == first.result.row_count, "a second reading has other rows");
  if (first.result.reread) return;
  Check(Print(JoinBatches(first.result.schema, first.batches)) ==
            Print(JoinBatches(second.result.schema, second.batches)),
        "a second reading gives other values");
}

}  // namespace

void FuzzTableReader(absl::string_view input) {
  if (input.size() < 3) return;
  const IngestOptions options = OptionsOf(static_cast<uint8_t>(input[0]));
  const size_t piece = 1 + static_cast<uint8_t>(input[1]) % 16;
  const absl::string_view file = input.substr(2);
  const Read whole = ReadFile(options, {}, file, file.size());
  const Read pieces = ReadFile(options, {}, file, piece);
  Check(whole.status.code() == pieces.status.code(), "pieces change the code");
  Check(IsUtf8(whole.status.message()), "a message that is not UTF-8");
  if (!whole.status.ok()) return;
  Check(Print(whole.batches) == Print(pieces.batches), "pieces change the table");
  for (const v1::RejectedRow& row : whole.result.rejected_rows) {
    Check(IsUtf8(row.text()) && IsUtf8(row.problem()), "a report that is not UTF-8");
  }
  CheckSecondReading(options, whole, file);
}

}  // namespace serin

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  serin::FuzzTableReader(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
