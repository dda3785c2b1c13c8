#include "core/query/answer_column.h"

#include <sqlite3.h>

#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/query/row_condition.h"
#include "core/query/timestamp_text.h"
#include "core/table/schema.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

constexpr double kMissingNumber = std::numeric_limits<double>::quiet_NaN();

absl::string_view SqlTypeFor(v1::ColumnType type) {
  return type == v1::COLUMN_TYPE_INTEGER ? "integer" : "real";
}

}  // namespace

AnswerColumn::AnswerColumn(std::string name, v1::ColumnType declared)
    : declared_(declared), data_{.name = std::move(name)} {}

absl::Status AnswerColumn::Append(sqlite3_stmt* statement, int index, int64_t row) {
  SERIN_ASSIGN_OR_RETURN(Value value, Read(statement, index, row));
  const auto* const text = std::get_if<std::string>(&value);
  bytes_ += static_cast<int64_t>(sizeof(Value) + (text == nullptr ? 0 : text->size()));
  if (data_.type == v1::COLUMN_TYPE_UNSPECIFIED) {
    undecided_.push_back(std::move(value));
    return absl::OkStatus();
  }
  if (!Fits(data_.type, value)) {
    return Error(row, absl::StrCat("is not ", data_.type == v1::COLUMN_TYPE_INTEGER ? "an " : "a ",
                                   TypeName(data_.type), ", as those before it are; `cast(... as ",
                                   text == nullptr ? SqlTypeFor(v1::COLUMN_TYPE_NUMBER) : "text",
                                   ")` in the statement makes all of them alike"));
  }
  Add(value);
  return absl::OkStatus();
}

absl::StatusOr<AnswerColumn::Value> AnswerColumn::Read(sqlite3_stmt* statement, int index,
                                                       int64_t row) const {
  switch (sqlite3_column_type(statement, index)) {
    case SQLITE_INTEGER: {
      const int64_t value = sqlite3_column_int64(statement, index);
      // The one whole number that INTEGER columns do not have is exact as a NUMBER too.
      if (value == ColumnData::kMissingInteger) return Value(static_cast<double>(value));
      return Value(value);
    }
    case SQLITE_FLOAT: {
      const double value = sqlite3_column_double(statement, index);
      if (!std::isfinite(value)) return Error(row, "is infinite");
      return Value(value);
    }
    case SQLITE_TEXT: {
      const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(statement, index));
      if (text == nullptr) return absl::ResourceExhaustedError("no memory for a value");
      std::string value(text, sqlite3_column_bytes(statement, index));
      if (!IsUtf8(value))
        return Error(row, "is text that is not UTF-8; `hex(...)` shows its bytes");
      return Value(std::move(value));
    }
    case SQLITE_BLOB:
      return Error(row, "is a blob; `hex(...)` makes it text");
    default:
      return Value();
  }
}

bool AnswerColumn::Fits(v1::ColumnType type, const Value& value) {
  if (std::holds_alternative<std::monostate>(value)) return true;
  const auto* const integer = std::get_if<int64_t>(&value);
  const auto* const text = std::get_if<std::string>(&value);
  switch (type) {
    case v1::COLUMN_TYPE_INTEGER:
      return integer != nullptr;
    case v1::COLUMN_TYPE_NUMBER:
      return text == nullptr;
    case v1::COLUMN_TYPE_BOOLEAN:
      return integer != nullptr && (*integer == 0 || *integer == 1);
    case v1::COLUMN_TYPE_TIMESTAMP:
      return text != nullptr && ParseTimestampText(*text);
    case v1::COLUMN_TYPE_CATEGORY:
      return text != nullptr;
    default:
      return true;  // Numbers have a text too.
  }
}

bool AnswerColumn::AllFit(v1::ColumnType type) const {
  for (const Value& value : undecided_) {
    if (!Fits(type, value)) return false;
  }
  return true;
}

void AnswerColumn::ChooseType() {
  bool any = false;
  for (const Value& value : undecided_) any = any || !std::holds_alternative<std::monostate>(value);
  if (declared_ != v1::COLUMN_TYPE_UNSPECIFIED && AllFit(declared_)) {
    data_.type = declared_;
  } else if (any && AllFit(v1::COLUMN_TYPE_INTEGER)) {
    data_.type = v1::COLUMN_TYPE_INTEGER;
  } else if (any && AllFit(v1::COLUMN_TYPE_NUMBER)) {
    data_.type = v1::COLUMN_TYPE_NUMBER;
  } else {
    data_.type = v1::COLUMN_TYPE_TEXT;
  }
  if (data_.is_string()) dictionary_.emplace(&data_.dictionary);
  for (const Value& value : undecided_) Add(value);
  undecided_ = {};
}

// Of a value that fits.
void AnswerColumn::Add(const Value& value) {
  const auto* const integer = std::get_if<int64_t>(&value);
  if (data_.is_string()) {
    AddText(value);
  } else if (data_.is_integer()) {
    data_.integers.push_back(integer == nullptr ? ColumnData::kMissingInteger : *integer);
  } else if (const auto* const text = std::get_if<std::string>(&value)) {
    data_.numbers.push_back(*ParseTimestampText(*text));
  } else if (const auto* const number = std::get_if<double>(&value)) {
    data_.numbers.push_back(*number);
  } else {
    data_.numbers.push_back(integer == nullptr ? kMissingNumber : static_cast<double>(*integer));
  }
}

void AnswerColumn::AddText(const Value& value) {
  int32_t code = ColumnData::kMissingCode;
  if (const auto* const text = std::get_if<std::string>(&value)) {
    code = dictionary_->Intern(*text);
  } else if (const auto* const integer = std::get_if<int64_t>(&value)) {
    code = dictionary_->Intern(absl::StrCat(*integer));
  } else if (const auto* const number = std::get_if<double>(&value)) {
    code = dictionary_->Intern(FormatNumber(*number));
  }
  data_.codes.push_back(code);
}

ColumnData AnswerColumn::Take() {
  ColumnData taken{.name = data_.name, .type = data_.type};
  std::swap(taken, data_);
  bytes_ = 0;
  if (data_.is_string()) dictionary_.emplace(&data_.dictionary);
  return taken;
}

absl::Status AnswerColumn::Error(int64_t row, absl::string_view problem) const {
  return absl::InvalidArgumentError(absl::StrCat("the column ", QuoteForError(data_.name),
                                                 " of row ", row, " of the answer ", problem));
}

}  // namespace serin
