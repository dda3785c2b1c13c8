#ifndef SERIN_CORE_TRANSFORM_CELL_PARSER_H_
#define SERIN_CORE_TRANSFORM_CELL_PARSER_H_

#include <string>

#include "absl/strings/string_view.h"
#include "core/table/dictionary_index.h"
#include "core/table/table.h"

namespace serin {

// Makes a column of values of another type, or of text, as serin.v1.TransformStep.Cast says. Not
// thread-safe.
class CellParser {
 public:
  CellParser(std::string name, v1::ColumnType type);
  CellParser(const CellParser&) = delete;
  CellParser& operator=(const CellParser&) = delete;

  // Adds a row; false, and no row is added, where the value is none of the column's type. What is
  // missing stays missing.
  bool Append(const ColumnData& from, size_t row);
  // The text as it would be in a CSV file.
  bool AppendText(absl::string_view text);
  void AppendMissing();

  const ColumnData& column() const { return column_; }
  // Call once.
  ColumnData Finish() && { return std::move(column_); }

 private:
  bool AppendNumber(double value);
  bool AppendInteger(int64_t value);

  ColumnData column_;
  DictionaryIndex dictionary_;
};

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_CELL_PARSER_H_
