#include "core/table/column_builder.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/table/value_parser.h"

namespace serin {
namespace {

constexpr double kMissingNumber = std::numeric_limits<double>::quiet_NaN();

constexpr size_t kLongestCategory = 256;
constexpr size_t kMostCategories = 10'000;
constexpr size_t kAlwaysFewCategories = 100;
constexpr size_t kValuesPerCategory = 5;

bool IsText(const ColumnData& column, size_t value_count) {
  const size_t distinct = column.dictionary.size();
  const bool many = distinct > kMostCategories || (distinct > kAlwaysFewCategories &&
                                                   distinct * kValuesPerCategory > value_count);
  return many || std::any_of(column.dictionary.begin(), column.dictionary.end(),
                             [](const auto& value) { return value.size() > kLongestCategory; });
}

}  // namespace

TypedColumnBuilder::TypedColumnBuilder(std::string name, v1::ColumnType type)
    : column_(std::make_unique<ColumnData>()) {
  column_->name = std::move(name);
  column_->type = type;
  if (column_->is_string()) dictionary_.emplace(&column_->dictionary);
}

bool TypedColumnBuilder::Append(absl::string_view text) {
  if (dictionary_) {
    column_->codes.push_back(IsMissing(text) ? ColumnData::kMissingCode
                                             : dictionary_->Intern(text));
    return true;
  }
  if (IsMissing(text)) return AppendNumber(kMissingNumber);
  switch (column_->type) {
    case v1::COLUMN_TYPE_BOOLEAN:
      return AppendNumber(ParseBoolean(text));
    case v1::COLUMN_TYPE_TIMESTAMP:
      return AppendNumber(ParseTimestamp(text));
    default:
      return AppendNumber(ParseNumber(text));
  }
}

bool TypedColumnBuilder::AppendNumber(std::optional<double> value) {
  if (value) column_->numbers.push_back(*value);
  return value.has_value();
}

ColumnData TypedColumnBuilder::Finish() { return std::move(*column_); }

void InferredColumnBuilder::Append(absl::string_view text) {
  cells_.Append(text);
  if (!IsMissing(text)) ++value_count_;
}

std::optional<ColumnData> InferredColumnBuilder::Finish() {
  std::optional<ColumnData> column = Infer();
  cells_ = CellBuffer();
  return column;
}

std::optional<ColumnData> InferredColumnBuilder::Infer() const {
  if (value_count_ == 0) return std::nullopt;
  for (const v1::ColumnType type :
       {v1::COLUMN_TYPE_BOOLEAN, v1::COLUMN_TYPE_NUMBER, v1::COLUMN_TYPE_TIMESTAMP}) {
    if (std::optional<ColumnData> column = ReadAs(type)) return column;
  }
  std::optional<ColumnData> column = ReadAs(v1::COLUMN_TYPE_CATEGORY);
  if (IsText(*column, value_count_)) column->type = v1::COLUMN_TYPE_TEXT;
  return column;
}

std::optional<ColumnData> InferredColumnBuilder::ReadAs(v1::ColumnType type) const {
  TypedColumnBuilder builder(name_, type);
  const bool all = cells_.ForEach([&](absl::string_view cell) { return builder.Append(cell); });
  return all ? std::optional(builder.Finish()) : std::nullopt;
}

}  // namespace serin
