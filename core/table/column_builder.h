#ifndef SERIN_CORE_TABLE_COLUMN_BUILDER_H_
#define SERIN_CORE_TABLE_COLUMN_BUILDER_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "core/table/cell_buffer.h"
#include "core/table/dictionary_index.h"
#include "core/table/table.h"

namespace serin {

// Collects the values of a column whose type is known.
class TypedColumnBuilder {
 public:
  TypedColumnBuilder(std::string name, v1::ColumnType type);

  v1::ColumnType type() const { return column_->type; }

  // Adds a row; false, and no row is added, where the text cannot be read as the type. Takes
  // trimmed text, as below.
  bool Append(absl::string_view text);

  // Call once.
  ColumnData Finish();

 private:
  bool AppendNumber(std::optional<double> value);

  // On the heap, where the index finds it after this was moved.
  std::unique_ptr<ColumnData> column_;
  std::optional<DictionaryIndex> dictionary_;  // Of string columns.
};

// Collects the values of a column whose type follows from them: the first of boolean, number and
// timestamp that all values can be read as; else category or text.
//
// Strings are a category while there are few of them: text has a string of more than 256 bytes, or
// more than 10,000 different strings, or more than 100 that are also more than a fifth of the
// values. So labels, names and codes of a small table stay usable, and identifiers and prose do not
// pose as features. Who wants it otherwise gives the type in the schema.
class InferredColumnBuilder {
 public:
  explicit InferredColumnBuilder(std::string name) : name_(std::move(name)) {}

  void Append(absl::string_view text);

  // The column; nothing where no row has a value. Frees the cells. Call once.
  std::optional<ColumnData> Finish();

 private:
  std::optional<ColumnData> Infer() const;
  std::optional<ColumnData> ReadAs(v1::ColumnType type) const;

  std::string name_;
  CellBuffer cells_;
  size_t value_count_ = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_TABLE_COLUMN_BUILDER_H_
