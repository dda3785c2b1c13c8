#include "server/predict/oip/tensor_column.h"

#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/table/dictionary_index.h"
#include "core/table/schema.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

// Element `row` of a column: inputs[2][7].
absl::Status Wrong(const InputTensor& tensor, size_t column, size_t row,
                   absl::string_view description) {
  return InvalidField(absl::StrCat(tensor.where, "[", row * tensor.columns + column, "]"),
                      description);
}

// Why a number cannot be a value of the type; nothing if it can. NaN stands for a missing value.
std::optional<std::string> WhyNot(v1::ColumnType type, double number) {
  if (std::isnan(number)) return std::nullopt;
  if (std::isinf(number)) {
    return absl::StrCat("must be finite, or NaN for a missing value, is ", number);
  }
  if (type == v1::COLUMN_TYPE_BOOLEAN && number != 0 && number != 1) {
    return absl::StrCat("must be 0 or 1, or NaN for a missing value, is ", number);
  }
  if (type == v1::COLUMN_TYPE_TIMESTAMP && !IsTimestamp(number)) {
    return absl::StrCat("must be seconds since 1970 of a time in the years 1 to 9999, is ", number);
  }
  return std::nullopt;
}

absl::Status CheckNumbers(const InputTensor& tensor, size_t column, v1::ColumnType type,
                          const std::vector<double>& numbers) {
  for (size_t row = 0; row < numbers.size(); ++row) {
    if (const auto why = WhyNot(type, numbers[row])) return Wrong(tensor, column, row, *why);
  }
  return absl::OkStatus();
}

// A value as it would stand in a CSV file.
std::optional<double> ParseAs(v1::ColumnType type, absl::string_view text) {
  if (IsMissing(text)) return std::numeric_limits<double>::quiet_NaN();
  if (type == v1::COLUMN_TYPE_TIMESTAMP) return ParseTimestamp(text);
  if (type == v1::COLUMN_TYPE_NUMBER) return ParseNumber(text);
  const std::optional<bool> truth = ParseBoolean(text);
  if (!truth) return std::nullopt;
  return *truth ? 1.0 : 0.0;
}

absl::StatusOr<std::vector<double>> ParseNumbers(const InputTensor& tensor, size_t column,
                                                 v1::ColumnType type) {
  std::vector<double> numbers;
  numbers.reserve(tensor.rows);
  for (size_t row = 0; row < tensor.rows; ++row) {
    const absl::string_view text = tensor.strings[row * tensor.columns + column];
    const std::optional<double> number = ParseAs(type, TrimValue(text));
    if (!number) {
      return Wrong(tensor, column, row,
                   absl::StrCat("must be a ", TypeName(type), ", is ", QuoteForError(text)));
    }
    numbers.push_back(*number);
  }
  return numbers;
}

absl::Status TakeNumbers(const InputTensor& tensor, size_t column, ColumnData* data) {
  if (tensor.datatype == Datatype::kBytes) {
    SERIN_ASSIGN_OR_RETURN(data->numbers, ParseNumbers(tensor, column, data->type));
    return absl::OkStatus();
  }
  if (tensor.datatype == Datatype::kBool && data->type != v1::COLUMN_TYPE_BOOLEAN) {
    return InvalidField(absl::StrCat(tensor.where, ".datatype"),
                        absl::StrCat("must be one of numbers, such as FP64, as feature ",
                                     QuoteForError(data->name, kMaxColumnNameLength), " is a ",
                                     TypeName(data->type), "; is BOOL"));
  }
  data->numbers = NumbersOf(tensor, column);
  return CheckNumbers(tensor, column, data->type, data->numbers);
}

absl::Status TakeStrings(const InputTensor& tensor, size_t column, ColumnData* data) {
  if (tensor.datatype != Datatype::kBytes) {
    return InvalidField(
        absl::StrCat(tensor.where, ".datatype"),
        absl::StrCat("must be BYTES, as feature ", QuoteForError(data->name, kMaxColumnNameLength),
                     " takes text; is ", NameOf(tensor.datatype),
                     tensor.columns > 1 ? "; send one tensor for each feature" : ""));
  }
  DictionaryIndex dictionary(&data->dictionary);
  data->codes.reserve(tensor.rows);
  for (size_t row = 0; row < tensor.rows; ++row) {
    const absl::string_view text = TrimValue(tensor.strings[row * tensor.columns + column]);
    if (!IsUtf8(text)) return Wrong(tensor, column, row, "must be UTF-8");
    data->codes.push_back(text.empty() ? ColumnData::kMissingCode : dictionary.Intern(text));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ColumnData> ColumnOf(const InputTensor& tensor, size_t column,
                                    const v1::ColumnSchema& feature) {
  ColumnData data;
  data.name = feature.name();
  data.type = feature.type();
  SERIN_RETURN_IF_ERROR(data.is_string() ? TakeStrings(tensor, column, &data)
                                         : TakeNumbers(tensor, column, &data));
  return data;
}

}  // namespace serin
