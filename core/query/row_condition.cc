#include "core/query/row_condition.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/query/timestamp_text.h"
#include "core/query/value_key.h"

namespace serin {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int64_t kLeastInteger = ColumnData::kMissingInteger + 1;
constexpr int64_t kLargestInteger = std::numeric_limits<int64_t>::max();
constexpr double kTwoTo63 = 9223372036854775808.0;

double Below(double value) { return std::nextafter(value, -kInfinity); }
double Above(double value) { return std::nextafter(value, kInfinity); }

// The sign of d - i, exactly.
int CompareExactly(double d, int64_t i) {
  if (d >= kTwoTo63) return 1;
  if (d < -kTwoTo63) return -1;
  const auto whole = static_cast<int64_t>(d);
  if (whole != i) return whole > i ? 1 : -1;
  const double fraction = d - static_cast<double>(whole);
  return fraction == 0 ? 0 : (fraction > 0 ? 1 : -1);
}

// Keeps the rows for which `matches` is true, without a branch that would be mispredicted.
template <typename Matches>
void Keep(RowSelection& rows, Matches matches) {
  size_t kept = 0;
  for (const uint32_t row : rows) {
    rows[kept] = row;
    kept += matches(row) ? 1 : 0;
  }
  rows.resize(kept);
}

// Keeps the rows whose string, which they have, satisfies `matches`: decided for each entry of the
// dictionary where that is less work.
template <typename Matches>
void KeepStrings(const ColumnData& data, RowSelection& rows, Matches matches) {
  if (rows.size() < data.dictionary.size()) {
    Keep(rows, [&](uint32_t row) {
      return !data.missing(row) && matches(data.dictionary[data.codes[row]]);
    });
    return;
  }
  std::vector<char> by_code(data.dictionary.size() + 1, 0);  // The first is for missing values.
  for (size_t code = 0; code < data.dictionary.size(); ++code) {
    by_code[code + 1] = matches(data.dictionary[code]) ? 1 : 0;
  }
  Keep(rows, [&](uint32_t row) { return by_code[data.codes[row] + 1] != 0; });
}

bool IsEquality(Comparison comparison) {
  return comparison == Comparison::kEqual || comparison == Comparison::kNotEqual;
}

}  // namespace

std::optional<RowCondition> RowCondition::Make(int column, v1::ColumnType type,
                                               Comparison comparison, const SqlValue& value) {
  if (comparison == Comparison::kIsNull) return RowCondition(column, Missing{true});
  if (comparison == Comparison::kIsNotNull) return RowCondition(column, Missing{false});
  if (std::holds_alternative<NullValue>(value)) return RowCondition(column, Never());
  const auto* const text = std::get_if<std::string>(&value);
  if (!IsNumericInSql(type)) {
    if (text == nullptr) return std::nullopt;
    return RowCondition(column, AgainstText(type, comparison, *text));
  }
  if (const auto* const number = std::get_if<double>(&value)) {
    return RowCondition(column, AgainstNumber(type, comparison, *number));
  }
  if (const auto* const integer = std::get_if<int64_t>(&value)) {
    return RowCondition(column, AgainstInteger(type, comparison, *integer));
  }
  return RowCondition(column, AgainstLargerClass(type, comparison));
}

std::optional<RowCondition> RowCondition::MakeLoose(int column, v1::ColumnType type,
                                                    Comparison comparison, const SqlValue& value) {
  const auto* const text = std::get_if<std::string>(&value);
  const std::optional<double> number = text == nullptr ? std::nullopt : NumberInText(*text);
  if (!number) return Make(column, type, comparison, value);
  if (comparison != Comparison::kEqual) return std::nullopt;
  if (type == v1::COLUMN_TYPE_TIMESTAMP) return RowCondition(column, Never());
  return RowCondition(column, NumberAsText{*number});
}

void ValueList::Add(const SqlValue& value) {
  const bool is_text = std::holds_alternative<std::string>(value);
  const bool is_null = std::holds_alternative<NullValue>(value);
  decides_ = decides_ && (is_text || is_null || IsNumericInSql(type_));
  if (!decides_) return;
  if (const std::optional<uint64_t> key = KeyOfValue(type_, value)) keys_.insert(*key);
}

std::optional<RowCondition> RowCondition::AnyOf(int column, ValueList values) {
  if (!values.decides_) return std::nullopt;
  return RowCondition(column, values.keys_.empty() ? Test(Never()) : Test(std::move(values.keys_)));
}

// Each comparison with a number is one with an interval of the column's own values.
RowCondition::Test RowCondition::AgainstNumber(v1::ColumnType type, Comparison comparison,
                                               double value) {
  if (type == v1::COLUMN_TYPE_INTEGER) {
    const double floor = std::floor(value);
    if (floor != value) {
      if (IsEquality(comparison)) {
        return comparison == Comparison::kEqual ? Test(Never()) : Test(Missing{false});
      }
      const bool below = comparison == Comparison::kLess || comparison == Comparison::kLessOrEqual;
      return AgainstNumber(type, below ? Comparison::kLessOrEqual : Comparison::kGreaterOrEqual,
                           below ? floor : floor + 1);
    }
    if (value >= kTwoTo63 || value < -kTwoTo63) {
      const bool all =
          comparison == Comparison::kNotEqual ||
          (value > 0
               ? comparison == Comparison::kLess || comparison == Comparison::kLessOrEqual
               : comparison == Comparison::kGreater || comparison == Comparison::kGreaterOrEqual);
      return all ? Test(Missing{false}) : Test(Never());
    }
    return AgainstInteger(type, comparison, static_cast<int64_t>(value));
  }
  switch (comparison) {
    case Comparison::kLess:
      return Interval<double>{-kInfinity, Below(value)};
    case Comparison::kLessOrEqual:
      return Interval<double>{-kInfinity, value};
    case Comparison::kGreater:
      return Interval<double>{Above(value), kInfinity};
    case Comparison::kGreaterOrEqual:
      return Interval<double>{value, kInfinity};
    default:
      return Interval<double>{value, value, comparison == Comparison::kNotEqual};
  }
}

RowCondition::Test RowCondition::AgainstInteger(v1::ColumnType type, Comparison comparison,
                                                int64_t value) {
  if (type != v1::COLUMN_TYPE_INTEGER) {
    const auto rounded = static_cast<double>(value);
    const int order = CompareExactly(rounded, value);
    if (order == 0) return AgainstNumber(type, comparison, rounded);
    switch (comparison) {  // No double equals the value.
      case Comparison::kEqual:
        return Never();
      case Comparison::kNotEqual:
        return Missing{false};
      case Comparison::kLess:
      case Comparison::kLessOrEqual:
        return Interval<double>{-kInfinity, order > 0 ? Below(rounded) : rounded};
      default:
        return Interval<double>{order > 0 ? rounded : Above(rounded), kInfinity};
    }
  }
  switch (comparison) {
    case Comparison::kLess:
      if (value <= kLeastInteger) return Never();
      return Interval<int64_t>{kLeastInteger, value - 1};
    case Comparison::kLessOrEqual:
      return Interval<int64_t>{kLeastInteger, value};
    case Comparison::kGreater:
      if (value == kLargestInteger) return Never();
      return Interval<int64_t>{std::max(value + 1, kLeastInteger), kLargestInteger};
    case Comparison::kGreaterOrEqual:
      return Interval<int64_t>{std::max(value, kLeastInteger), kLargestInteger};
    default:
      if (value < kLeastInteger) {
        return comparison == Comparison::kEqual ? Test(Never()) : Test(Missing{false});
      }
      return Interval<int64_t>{value, value, comparison == Comparison::kNotEqual};
  }
}

// Numbers are less than any text, and text than any blob.
RowCondition::Test RowCondition::AgainstLargerClass(v1::ColumnType, Comparison comparison) {
  const bool all = comparison == Comparison::kLess || comparison == Comparison::kLessOrEqual ||
                   comparison == Comparison::kNotEqual;
  return all ? Test(Missing{false}) : Test(Never());
}

RowCondition::Test RowCondition::AgainstText(v1::ColumnType type, Comparison comparison,
                                             const std::string& value) {
  if (type != v1::COLUMN_TYPE_TIMESTAMP) return Text{comparison, value};
  const int64_t first = FirstMicros(value, /*after=*/false);
  const int64_t after = FirstMicros(value, /*after=*/true);
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  Interval<int64_t> micros;
  switch (comparison) {
    case Comparison::kLess:
      micros = {kMin, first - 1};
      break;
    case Comparison::kLessOrEqual:
      micros = {kMin, after - 1};
      break;
    case Comparison::kGreater:
      micros = {after, kMax};
      break;
    case Comparison::kGreaterOrEqual:
      micros = {first, kMax};
      break;
    default:
      micros = {first, after - 1, comparison == Comparison::kNotEqual};
  }
  return Time{micros, Text{comparison, value}};
}

bool RowCondition::Text::Matches(const std::string& other) const {
  const int order = other.compare(value);
  switch (comparison) {
    case Comparison::kLess:
      return order < 0;
    case Comparison::kLessOrEqual:
      return order <= 0;
    case Comparison::kGreater:
      return order > 0;
    case Comparison::kGreaterOrEqual:
      return order >= 0;
    case Comparison::kNotEqual:
      return order != 0;
    default:
      return order == 0;
  }
}

void RowCondition::Refine(const Chunk& chunk, RowSelection& rows) const {
  const ColumnData& data = *chunk.columns[static_cast<size_t>(column_)];
  std::visit([&](const auto& test) { Apply(test, data, rows); }, test_);
}

void RowCondition::Apply(const Missing& missing, const ColumnData& data, RowSelection& rows) {
  Keep(rows, [&](uint32_t row) { return data.missing(row) == missing.wanted; });
}

void RowCondition::Apply(const Interval<double>& interval, const ColumnData& data,
                         RowSelection& rows) {
  const double* const numbers = data.numbers.data();
  if (interval.outside) {
    Keep(rows,
         [=](uint32_t row) { return numbers[row] < interval.min || numbers[row] > interval.max; });
    return;
  }
  Keep(rows, [=](uint32_t row) {
    return (numbers[row] >= interval.min) & (numbers[row] <= interval.max);
  });
}

void RowCondition::Apply(const Interval<int64_t>& interval, const ColumnData& data,
                         RowSelection& rows) {
  const int64_t* const integers = data.integers.data();
  Keep(rows, [=](uint32_t row) {
    const bool inside = (integers[row] >= interval.min) & (integers[row] <= interval.max);
    return (inside != interval.outside) & (integers[row] != ColumnData::kMissingInteger);
  });
}

void RowCondition::Apply(const Text& text, const ColumnData& data, RowSelection& rows) {
  KeepStrings(data, rows, [&](const std::string& value) { return text.Matches(value); });
}

void RowCondition::Apply(const NumberAsText& number, const ColumnData& data, RowSelection& rows) {
  KeepStrings(data, rows,
              [&](const std::string& value) { return NumberInText(value) == number.number; });
}

void RowCondition::Apply(const Keys& keys, const ColumnData& data, RowSelection& rows) {
  if (data.is_string()) {
    KeepStrings(data, rows,
                [&](const std::string& value) { return keys.contains(KeyOfText(value)); });
    return;
  }
  Keep(rows,
       [&](uint32_t row) { return !data.missing(row) && keys.contains(KeyOfNumber(data, row)); });
}

void RowCondition::Apply(const Time& time, const ColumnData& data, RowSelection& rows) {
  Keep(rows, [&](uint32_t row) {
    if (std::isnan(data.numbers[row])) return false;
    const int64_t micros = MicrosOf(data.numbers[row]);
    if (micros < kFirstSortedMicros || micros >= kEndOfSortedMicros) {
      return time.text.Matches(TimestampText(micros));
    }
    return (micros >= time.micros.min && micros <= time.micros.max) != time.micros.outside;
  });
}

std::optional<ColumnPredicate> RowCondition::hint() const {
  ColumnPredicate predicate{.column = column_};
  if (const auto* const interval = std::get_if<Interval<double>>(&test_)) {
    if (interval->outside) return std::nullopt;
    predicate.min = interval->min;
    predicate.max = interval->max;
  } else if (const auto* const interval = std::get_if<Interval<int64_t>>(&test_)) {
    if (interval->outside) return std::nullopt;
    // Rounded outwards.
    predicate.min = Below(static_cast<double>(interval->min));
    predicate.max = Above(static_cast<double>(interval->max));
  } else if (const auto* const text = std::get_if<Text>(&test_)) {
    if (text->comparison != Comparison::kEqual) return std::nullopt;
    predicate.equals = text->value;
  } else if (const auto* const time = std::get_if<Time>(&test_)) {
    if (time->micros.outside) return std::nullopt;
    predicate.min = static_cast<double>(time->micros.min) / 1e6 - 1;
    predicate.max = static_cast<double>(time->micros.max) / 1e6 + 1;
  } else {
    return std::nullopt;
  }
  return predicate;
}

}  // namespace serin
