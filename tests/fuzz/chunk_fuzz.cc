// Decodes any bytes as a chunk of a column: an error, or a column that can be used, of as many rows
// as were asked for, in memory that the input does not decide. The first byte chooses the type of
// the column, the two after it the number of rows. As bytes with a wrong checksum are refused at
// once, the rest is read twice: as a chunk, and as a body with a head and a checksum put before it.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "absl/strings/string_view.h"
#include "core/base/utf8.h"
#include "core/table/column_chunk.h"
#include "core/table/segment.h"

namespace serin {
namespace {

// What a compressed body may have (FORMAT.md), and a dictionary of it.
constexpr size_t kMostBytes = (64 << 20) + (16 << 20);

void Check(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "chunk_fuzz: %s\n", what);
  std::abort();
}

void CheckColumn(const ColumnData& column, const v1::ColumnSchema& schema, size_t rows) {
  Check(column.type == schema.type() && column.name == schema.name(), "another column");
  Check(column.size() == rows, "another number of rows");
  const auto strings = static_cast<int64_t>(column.dictionary.size());
  for (const int32_t code : column.codes) {
    Check(code >= ColumnData::kMissingCode && code < strings, "a code without a string");
  }
  Check(column.dictionary.size() <= rows, "more strings than rows");
  Check(TableBytes(Table{{column}}) <= kMostBytes, "more memory than a chunk may need");
}

// Whatever was read can be written, and is the same when it is read again.
void CheckRoundTrip(const ColumnData& column, const v1::ColumnSchema& schema) {
  const size_t rows = column.size();
  const auto again = DecodeChunk(EncodeChunk(column, 0, rows), schema, rows);
  Check(again.ok(), "what was read cannot be written");
  for (size_t row = 0; row < rows; ++row) {
    Check(again->missing(row) == column.missing(row), "a missing value that comes and goes");
    if (column.missing(row)) continue;
    if (column.is_string()) {
      Check(again->dictionary[again->codes[row]] == column.dictionary[column.codes[row]], "text");
    } else if (column.is_integer()) {
      Check(again->integers[row] == column.integers[row], "an integer");
    } else {
      Check(std::memcmp(&again->numbers[row], &column.numbers[row], sizeof(double)) == 0,
            "a number");
    }
  }
}

void Decode(absl::string_view chunk, const v1::ColumnSchema& schema, size_t rows) {
  const auto column = DecodeChunk(chunk, schema, rows);
  if (!column.ok()) {
    Check(column.status().code() == absl::StatusCode::kDataLoss, "another error than DATA_LOSS");
    Check(IsUtf8(column.status().message()), "a message that is not UTF-8");
    return;
  }
  CheckColumn(*column, schema, rows);
  CheckRoundTrip(*column, schema);
}

// The first two bytes are kind and compression.
std::string Framed(absl::string_view body, uint32_t rows) {
  std::string chunk(8, '\0');
  chunk += '\1';
  chunk.append(body.data(), 2);
  chunk += '\0';
  chunk.append(reinterpret_cast<const char*>(&rows), sizeof(rows));
  chunk.append(body.data() + 2, body.size() - 2);
  const uint64_t checksum = XXH3_64bits(chunk.data() + 8, chunk.size() - 8);
  std::memcpy(chunk.data(), &checksum, sizeof(checksum));
  return chunk;
}

}  // namespace

void FuzzChunk(absl::string_view input) {
  if (input.size() < 5) return;
  v1::ColumnSchema schema;
  schema.set_name("x");
  const int types = v1::ColumnType_MAX;  // UNSPECIFIED is none.
  schema.set_type(static_cast<v1::ColumnType>(1 + static_cast<uint8_t>(input[0]) % types));
  uint16_t rows;
  std::memcpy(&rows, input.data() + 1, sizeof(rows));
  const absl::string_view rest = input.substr(3);
  Decode(rest, schema, rows);
  Decode(Framed(rest, rows), schema, rows);
}

}  // namespace serin

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  serin::FuzzChunk(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
