#include "core/monitor/hashed_column.h"

#include <string>

#include "absl/strings/escaping.h"
#include "core/base/hmac.h"
#include "core/table/dictionary_index.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

// 0 and -0 are equal, their texts are not.
std::string TextOf(const ColumnData& column, size_t row) {
  const bool zero = column.type == v1::COLUMN_TYPE_NUMBER && column.numbers[row] == 0;
  return zero ? "0" : FormatValue(column, row);
}

std::string KeyedHash(absl::string_view text, absl::string_view key) {
  return absl::BytesToHexString(
      absl::string_view(HmacSha256(key, text)).substr(0, kHashDigits / 2));
}

}  // namespace

ColumnData HashColumn(const ColumnData& column, absl::string_view key) {
  ColumnData hashed = {column.name, v1::COLUMN_TYPE_TEXT, {}, {}, {}};
  DictionaryIndex texts(&hashed.dictionary);
  hashed.codes.reserve(column.size());
  for (size_t row = 0; row < column.size(); ++row) {
    hashed.codes.push_back(column.missing(row) ? ColumnData::kMissingCode
                                               : texts.Intern(TextOf(column, row)));
  }
  for (std::string& text : hashed.dictionary) text = KeyedHash(text, key);
  return hashed;
}

}  // namespace serin
