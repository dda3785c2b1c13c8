#include "core/table/table_appender.h"

#include <utility>

#include "absl/container/flat_hash_map.h"

namespace serin {
namespace {

template <typename Value>
void AppendValues(const std::vector<Value>& values, size_t begin, size_t end,
                  std::vector<Value>& out) {
  if (!values.empty()) out.insert(out.end(), values.begin() + begin, values.begin() + end);
}

void AppendStrings(const ColumnData& column, size_t begin, size_t end, DictionaryIndex& index,
                   std::vector<int32_t>& codes) {
  absl::flat_hash_map<int32_t, int32_t> code_of;
  for (size_t row = begin; row < end; ++row) {
    const int32_t code = column.codes[row];
    if (code == ColumnData::kMissingCode) {
      codes.push_back(code);
      continue;
    }
    const auto [known, is_new] = code_of.try_emplace(code);
    if (is_new) known->second = index.Intern(column.dictionary[static_cast<size_t>(code)]);
    codes.push_back(known->second);
  }
}

}  // namespace

void TableAppender::Append(const Table& rows, size_t begin, size_t end) {
  if (table_.columns.empty()) {
    for (const ColumnData& column : rows.columns) {
      table_.columns.push_back(ColumnData{.name = column.name, .type = column.type});
    }
    for (ColumnData& column : table_.columns) {
      indexes_.push_back(column.is_string() ? std::make_unique<DictionaryIndex>(&column.dictionary)
                                            : nullptr);
    }
  }
  for (size_t i = 0; i < rows.columns.size(); ++i) {
    const ColumnData& column = rows.columns[i];
    ColumnData& out = table_.columns[i];
    AppendValues(column.numbers, begin, end, out.numbers);
    AppendValues(column.integers, begin, end, out.integers);
    if (indexes_[i]) AppendStrings(column, begin, end, *indexes_[i], out.codes);
  }
}

Table TableAppender::Take() {
  indexes_.clear();
  return std::exchange(table_, Table());
}

}  // namespace serin
