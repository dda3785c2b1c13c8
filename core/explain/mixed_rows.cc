#include "core/explain/mixed_rows.h"

#include <algorithm>
#include <string>

namespace serin {
namespace {

int32_t CodeOf(const std::string& text, std::vector<std::string>* dictionary) {
  const auto it = std::find(dictionary->begin(), dictionary->end(), text);
  const auto code = static_cast<int32_t>(it - dictionary->begin());
  if (it == dictionary->end()) dictionary->push_back(text);
  return code;
}

void AppendValue(const ColumnData& from, size_t row, ColumnData* to) {
  if (!from.is_string()) {
    to->numbers.push_back(from.numbers[row]);
  } else if (from.missing(row)) {
    to->codes.push_back(ColumnData::kMissingCode);
  } else {
    to->codes.push_back(CodeOf(from.dictionary[from.codes[row]], &to->dictionary));
  }
}

}  // namespace

MixedRows::MixedRows(const Table& background, const Table& rows, size_t row)
    : all_(background), own_(static_cast<uint32_t>(background.row_count())) {
  for (size_t i = 0; i < all_.columns.size(); ++i) {
    AppendValue(rows.columns[i], row, &all_.columns[i]);
  }
}

Table MixedRows::Take(const std::vector<uint32_t>& sources) const {
  Table taken;
  const size_t width = all_.columns.size();
  for (size_t i = 0; i < width; ++i) {
    const ColumnData& from = all_.columns[i];
    ColumnData to = {.name = from.name, .type = from.type, .dictionary = from.dictionary};
    for (size_t at = i; at < sources.size(); at += width) {
      if (from.is_string()) {
        to.codes.push_back(from.codes[sources[at]]);
      } else {
        to.numbers.push_back(from.numbers[sources[at]]);
      }
    }
    taken.columns.push_back(std::move(to));
  }
  return taken;
}

}  // namespace serin
