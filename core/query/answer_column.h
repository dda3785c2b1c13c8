#ifndef SERIN_CORE_QUERY_ANSWER_COLUMN_H_
#define SERIN_CORE_QUERY_ANSWER_COLUMN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/table/dictionary_index.h"
#include "core/table/table.h"

struct sqlite3_stmt;

namespace serin {

// One column of an answer, whose values have a type each in SQL, as a column of one type. Values
// are kept as they come until the type is chosen, and converted as they come from then on.
class AnswerColumn {
 public:
  // `declared` is the type of the table's column that this one comes straight from; UNSPECIFIED
  // where there is none.
  AnswerColumn(std::string name, v1::ColumnType declared);

  // Adds the value of the current row. INVALID_ARGUMENT, naming the column and the row, for one
  // that cannot be sent (a blob, an infinite number), or does not fit the type.
  absl::Status Append(sqlite3_stmt* statement, int index, int64_t row);

  // Chooses the type by the values that there are: the declared one if all fit it, else INTEGER,
  // NUMBER or TEXT. Once.
  void ChooseType();

  // The rows since the last call, after ChooseType; and how much memory they take, about.
  ColumnData Take();
  int64_t bytes() const { return bytes_; }

  const std::string& name() const { return data_.name; }
  v1::ColumnType type() const { return data_.type; }

 private:
  using Value = std::variant<std::monostate, int64_t, double, std::string>;

  absl::StatusOr<Value> Read(sqlite3_stmt* statement, int index, int64_t row) const;
  static bool Fits(v1::ColumnType type, const Value& value);
  bool AllFit(v1::ColumnType type) const;
  void Add(const Value& value);
  void AddText(const Value& value);
  absl::Status Error(int64_t row, absl::string_view problem) const;

  const v1::ColumnType declared_;
  ColumnData data_;
  std::optional<DictionaryIndex> dictionary_;
  std::vector<Value> undecided_;
  int64_t bytes_ = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_QUERY_ANSWER_COLUMN_H_
