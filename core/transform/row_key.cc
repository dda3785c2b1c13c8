#include "core/transform/row_key.h"

#include <cmath>
#include <cstdint>
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace serin {
namespace {

// What kind of value follows in the bytes of a row.
enum Tag : char { kMissing, kInteger, kNumber, kString };

RowKey HashOf(const std::string& bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return absl::MakeUint128(hash.high64, hash.low64);
}

template <typename Value>
void AppendValue(Tag tag, Value value, std::string* bytes) {
  bytes->push_back(tag);
  char raw[sizeof(value)];
  std::memcpy(raw, &value, sizeof(value));
  bytes->append(raw, sizeof(value));
}

void AppendNumber(double value, std::string* bytes) {
  if (value == std::trunc(value) && std::abs(value) < 0x1p63) {
    return AppendValue(kInteger, static_cast<int64_t>(value), bytes);
  }
  AppendValue(kNumber, value, bytes);
}

}  // namespace

RowKeys::RowKeys(const Table& batch, const std::vector<int>& columns) {
  for (const int index : columns) {
    const ColumnData& column = batch.columns[static_cast<size_t>(index)];
    const size_t codes = column.dictionary.size();
    columns_.push_back(KeyColumn{&column, std::vector<RowKey>(codes), std::vector<bool>(codes)});
  }
}

RowKey RowKeys::Of(size_t row) {
  bytes_.clear();
  for (KeyColumn& key_column : columns_) AppendCell(key_column, row);
  return HashOf(bytes_);
}

std::optional<RowKey> RowKeys::OfComplete(size_t row) {
  for (const KeyColumn& key_column : columns_) {
    if (key_column.column->missing(row)) return std::nullopt;
  }
  return Of(row);
}

void RowKeys::AppendCell(KeyColumn& key_column, size_t row) {
  const ColumnData& column = *key_column.column;
  if (column.missing(row)) return bytes_.push_back(kMissing);
  if (column.is_integer()) return AppendValue(kInteger, column.integers[row], &bytes_);
  if (!column.is_string()) return AppendNumber(column.numbers[row], &bytes_);
  const auto code = static_cast<size_t>(column.codes[row]);
  if (!key_column.hashed[code]) {
    key_column.strings[code] = HashOf(column.dictionary[code]);
    key_column.hashed[code] = true;
  }
  AppendValue(kString, key_column.strings[code], &bytes_);
}

}  // namespace serin
