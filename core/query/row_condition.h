#ifndef SERIN_CORE_QUERY_ROW_CONDITION_H_
#define SERIN_CORE_QUERY_ROW_CONDITION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "core/query/chunk.h"
#include "core/query/sql_value.h"
#include "serin/v1/table.pb.h"

// Comparisons of a column with a value, decided for many rows at a time where SQLite would decide
// row by row. What SQLite makes of types, of NULL and of text that looks like a number is on
// https://sqlite.org/datatype3.html, and holds here to the last bit.

namespace serin {

enum class Comparison {
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kIsNull,
  kIsNotNull,
  kIn
};

// Rows, ascending, counted from the beginning of a chunk.
using RowSelection = std::vector<uint32_t>;

// The values that a column is compared with by IN: no more than a key of each is held.
class ValueList {
 public:
  // What one value takes in memory at most.
  static constexpr int64_t kValueBytes = 24;

  explicit ValueList(v1::ColumnType type) : type_(type) {}

  void Add(const SqlValue& value);

 private:
  friend class RowCondition;

  v1::ColumnType type_;
  absl::flat_hash_set<uint64_t> keys_;  // value_key.h
  bool decides_ = true;                 // False: the keys do not tell which rows match.
};

// A comparison with a known value.
class RowCondition {
 public:
  // Of a column that is a number in SQL: any value. Of one that is text: text only, as others are
  // compared by the type of the expression that they come from, which is not known here; nothing is
  // returned for those.
  static std::optional<RowCondition> Make(int column, v1::ColumnType type, Comparison comparison,
                                          const SqlValue& value);

  // The same where SQLite checks the rows again and the expression that the value comes from is not
  // known: text that looks like a number is then perhaps compared as one, so that rows are left in
  // that do not match. Nothing where that would be all rows.
  static std::optional<RowCondition> MakeLoose(int column, v1::ColumnType type,
                                               Comparison comparison, const SqlValue& value);

  // Equality with one of the values of a list, where SQLite checks the rows again; as MakeLoose.
  static std::optional<RowCondition> AnyOf(int column, ValueList values);

  // Leaves those of `rows` for which it is true. The chunk has the column.
  void Refine(const Chunk& chunk, RowSelection& rows) const;

  // What storage may know about the column; nothing where the condition says nothing of that kind.
  std::optional<ColumnPredicate> hint() const;

  // True where no row can match.
  bool is_never() const { return std::holds_alternative<Never>(test_); }
  int column() const { return column_; }

 private:
  struct Never {};
  struct Missing {
    bool wanted;
  };
  // Values in [min, max], or where `outside` those that are not; missing ones never.
  template <typename Value>
  struct Interval {
    Value min;
    Value max;
    bool outside = false;
  };
  struct Text {
    Comparison comparison;
    std::string value;

    bool Matches(const std::string& other) const;
  };
  // Of values (value_key.h).
  using Keys = absl::flat_hash_set<uint64_t>;
  // Text that looks like this number.
  struct NumberAsText {
    double number;
  };
  // Of timestamps, by microseconds; by their text in the years where that does not sort as time.
  struct Time {
    Interval<int64_t> micros;
    Text text;
  };
  using Test = std::variant<Never, Missing, Interval<double>, Interval<int64_t>, Text, NumberAsText,
                            Keys, Time>;

  RowCondition(int column, Test test) : column_(column), test_(std::move(test)) {}

  static Test AgainstNumber(v1::ColumnType type, Comparison comparison, double value);
  static Test AgainstInteger(v1::ColumnType type, Comparison comparison, int64_t value);
  static Test AgainstLargerClass(v1::ColumnType type, Comparison comparison);
  static Test AgainstText(v1::ColumnType type, Comparison comparison, const std::string& value);

  static void Apply(const Never&, const ColumnData&, RowSelection& rows) { rows.clear(); }
  static void Apply(const Missing& missing, const ColumnData& data, RowSelection& rows);
  static void Apply(const Interval<double>& interval, const ColumnData& data, RowSelection& rows);
  static void Apply(const Interval<int64_t>& interval, const ColumnData& data, RowSelection& rows);
  static void Apply(const Text& text, const ColumnData& data, RowSelection& rows);
  static void Apply(const NumberAsText& number, const ColumnData& data, RowSelection& rows);
  static void Apply(const Keys& keys, const ColumnData& data, RowSelection& rows);
  static void Apply(const Time& time, const ColumnData& data, RowSelection& rows);

  int column_;
  Test test_;
};

}  // namespace serin

#endif  // SERIN_CORE_QUERY_ROW_CONDITION_H_
