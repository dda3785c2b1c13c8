#include "core/table/wire.h"

#include <cmath>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/table/dictionary_index.h"
#include "core/table/schema.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

using Values = v1::Column::ValuesCase;

Values ExpectedValues(v1::ColumnType type) {
  if (ColumnData::IsString(type)) return Values::kStrings;
  if (type == v1::COLUMN_TYPE_INTEGER) return Values::kIntegers;
  return type == v1::COLUMN_TYPE_BOOLEAN ? Values::kBooleans : Values::kNumbers;
}

absl::string_view FieldOf(Values values) {
  switch (values) {
    case Values::kNumbers:
      return "numbers";
    case Values::kStrings:
      return "strings";
    case Values::kBooleans:
      return "booleans";
    case Values::kIntegers:
      return "integers";
    default:
      return "values";
  }
}

// Every integer is a number.
bool IsWidened(const v1::Column& column, v1::ColumnType type) {
  return type == v1::COLUMN_TYPE_NUMBER && column.has_integers();
}

absl::Status CheckKind(const v1::Column& column, v1::ColumnType type) {
  const Values expected = ExpectedValues(type);
  if (column.values_case() == expected || IsWidened(column, type)) return absl::OkStatus();
  if (column.values_case() == Values::VALUES_NOT_SET) {
    return InvalidField(FieldOf(expected), absl::StrCat("is required for a ", TypeName(type)));
  }
  return InvalidField(
      FieldOf(column.values_case()),
      absl::StrCat("must not be set for a ", TypeName(type), "; ", FieldOf(expected), " must"));
}

absl::Status CheckCount(const v1::Column& column, size_t row_count) {
  const size_t count = RowCountOf(column);
  if (count == row_count) return absl::OkStatus();
  return InvalidField(FieldOf(column.values_case()),
                      absl::StrCat("must have one value per row, has ", count, " for ", row_count,
                                   row_count == 1 ? " row" : " rows"));
}

absl::Status CheckMissingRows(const v1::Column& column, size_t row_count) {
  int64_t last = -1;
  for (const uint32_t row : column.missing_rows()) {
    if (row >= row_count) {
      return InvalidField("missing_rows", absl::StrCat("must be less than the number of rows, ",
                                                       row_count, ", has ", row));
    }
    if (row <= last) {
      return InvalidField("missing_rows",
                          absl::StrCat("must be ascending, has ", row, " after ", last));
    }
    last = row;
  }
  return absl::OkStatus();
}

// The rows of a column with their being missing, in order.
class MissingRows {
 public:
  explicit MissingRows(const v1::Column& column) : rows_(column.missing_rows()) {}

  // To be called for every row in turn.
  bool IsMissing(size_t row) {
    if (next_ == rows_.size() || rows_[next_] != row) return false;
    ++next_;
    return true;
  }

 private:
  const google::protobuf::RepeatedField<uint32_t>& rows_;
  int next_ = 0;
};

absl::Status CheckNumbers(const v1::Column& column, v1::ColumnType type) {
  MissingRows missing(column);
  for (int row = 0; row < column.numbers().values_size(); ++row) {
    const double value = column.numbers().values(row);
    if (missing.IsMissing(row) || std::isnan(value)) continue;
    if (!std::isfinite(value)) {
      return InvalidField("numbers", absl::StrCat("row ", row, " must be finite, is ", value));
    }
    if (type == v1::COLUMN_TYPE_TIMESTAMP && !IsTimestamp(value)) {
      return InvalidField("numbers", absl::StrCat("row ", row,
                                                  " must be seconds since 1970 of a "
                                                  "time in the years 1 to 9999, is ",
                                                  value));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckIntegers(const v1::Column& column) {
  MissingRows missing(column);
  for (int row = 0; row < column.integers().values_size(); ++row) {
    const bool is_missing = missing.IsMissing(row);
    if (is_missing || column.integers().values(row) != ColumnData::kMissingInteger) continue;
    return InvalidField("integers", absl::StrCat("row ", row, " must be greater than -2^63"));
  }
  return absl::OkStatus();
}

void AppendStrings(const v1::Column& column, DictionaryIndex* index, ColumnData* out) {
  MissingRows missing(column);
  for (int row = 0; row < column.strings().values_size(); ++row) {
    out->codes.push_back(missing.IsMissing(row) ? ColumnData::kMissingCode
                                                : index->Intern(column.strings().values(row)));
  }
}

template <typename Field, typename Value>
void AppendValues(const Field& values, const v1::Column& column, Value missing,
                  std::vector<Value>* out) {
  const size_t begin = out->size();
  out->insert(out->end(), values.begin(), values.end());
  for (const uint32_t row : column.missing_rows()) (*out)[begin + row] = missing;
}

template <typename Field>
void AppendNumbers(const Field& values, const v1::Column& column, ColumnData* out) {
  AppendValues(values, column, std::numeric_limits<double>::quiet_NaN(), &out->numbers);
}

// Says what the column holds, also where it has no rows.
void AddValues(const ColumnData& data, size_t begin, size_t end, v1::Column& out) {
  switch (ExpectedValues(data.type)) {
    case Values::kStrings: {
      auto& values = *out.mutable_strings()->mutable_values();
      values.Reserve(static_cast<int>(end - begin));
      for (size_t row = begin; row < end; ++row) {
        std::string& value = *values.Add();
        if (!data.missing(row)) value = data.dictionary[data.codes[row]];
      }
      break;
    }
    case Values::kBooleans:
      out.mutable_booleans();
      for (size_t row = begin; row < end; ++row) {
        out.mutable_booleans()->add_values(data.numbers[row] == 1);
      }
      break;
    case Values::kIntegers:
      out.mutable_integers();
      for (size_t row = begin; row < end; ++row) {
        out.mutable_integers()->add_values(data.missing(row) ? 0 : data.integers[row]);
      }
      break;
    default:
      out.mutable_numbers()->mutable_values()->Add(data.numbers.data() + begin,
                                                   data.numbers.data() + end);
  }
}

}  // namespace

size_t RowCountOf(const v1::Column& column) {
  switch (column.values_case()) {
    case Values::kNumbers:
      return static_cast<size_t>(column.numbers().values_size());
    case Values::kStrings:
      return static_cast<size_t>(column.strings().values_size());
    case Values::kBooleans:
      return static_cast<size_t>(column.booleans().values_size());
    case Values::kIntegers:
      return static_cast<size_t>(column.integers().values_size());
    case Values::VALUES_NOT_SET:
      break;
  }
  return 0;
}

v1::Column ToWire(const ColumnData& column, size_t begin, size_t end) {
  v1::Column out;
  out.set_name(column.name);
  AddValues(column, begin, end, out);
  for (size_t row = begin; row < end; ++row) {
    if (column.missing(row)) out.add_missing_rows(static_cast<uint32_t>(row - begin));
  }
  return out;
}

absl::Status AppendWire(const v1::Column& column, size_t row_count, ColumnData* out,
                        DictionaryIndex* index) {
  SERIN_RETURN_IF_ERROR(CheckKind(column, out->type));
  SERIN_RETURN_IF_ERROR(CheckCount(column, row_count));
  SERIN_RETURN_IF_ERROR(CheckMissingRows(column, row_count));
  SERIN_RETURN_IF_ERROR(CheckNumbers(column, out->type));
  SERIN_RETURN_IF_ERROR(CheckIntegers(column));
  if (out->is_string()) {
    AppendStrings(column, index, out);
  } else if (out->is_integer()) {
    AppendValues(column.integers().values(), column, ColumnData::kMissingInteger, &out->integers);
  } else if (column.has_integers()) {
    AppendNumbers(column.integers().values(), column, out);
  } else if (out->type == v1::COLUMN_TYPE_BOOLEAN) {
    AppendNumbers(column.booleans().values(), column, out);
  } else {
    AppendNumbers(column.numbers().values(), column, out);
  }
  return absl::OkStatus();
}

absl::Status AppendWire(const v1::Column& column, size_t row_count, ColumnData* out) {
  if (!out->is_string()) return AppendWire(column, row_count, out, nullptr);
  DictionaryIndex index(&out->dictionary);
  return AppendWire(column, row_count, out, &index);
}

}  // namespace serin
