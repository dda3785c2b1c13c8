#include "core/learn/labels.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

// Squares of such numbers, and sums of those, are finite in single precision too.
constexpr double kMaxTarget = 1e15;

absl::Status Unlearnable(const ColumnData& target, absl::string_view what) {
  return InvalidField("target", absl::StrCat("column '", target.name, "' ", what));
}

std::vector<size_t> RowsWithValue(const ColumnData& target, const ColumnData* required) {
  std::vector<size_t> rows;
  for (size_t row = 0; row < target.size(); ++row) {
    if (target.missing(row) || (required != nullptr && required->missing(row))) continue;
    rows.push_back(row);
  }
  return rows;
}

absl::Status CheckRowCount(const ColumnData& target, size_t count) {
  if (count == 0) return Unlearnable(target, "has no values: there is nothing to learn from");
  if (count >= kMinRows) return absl::OkStatus();
  return Unlearnable(target, absl::StrCat("has a value in only ", count, " rows; at least ",
                                          kMinRows, " are needed"));
}

absl::Status Constant(const ColumnData& target, size_t row) {
  return Unlearnable(target, absl::StrCat("is ", QuoteForError(FormatValue(target, row)),
                                          " in every row; a model needs at least two different "
                                          "values to learn from"));
}

// The values of a target as codes into a list of different values in order.
struct Encoded {
  std::vector<size_t> codes;  // Per entry of the rows.
  size_t count;
};

template <typename Value>
Encoded Encode(const std::vector<Value>& values) {
  std::vector<Value> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  Encoded encoded{{}, sorted.size()};
  encoded.codes.reserve(values.size());
  for (const Value& value : values) {
    encoded.codes.push_back(std::lower_bound(sorted.begin(), sorted.end(), value) - sorted.begin());
  }
  return encoded;
}

Encoded EncodeColumn(const ColumnData& target, const std::vector<size_t>& rows) {
  if (!target.is_string()) {
    std::vector<double> numbers;
    numbers.reserve(rows.size());
    for (const size_t row : rows) numbers.push_back(target.numbers[row]);
    return Encode(numbers);
  }
  std::vector<absl::string_view> texts;
  texts.reserve(rows.size());
  for (const size_t row : rows) texts.push_back(target.dictionary[target.codes[row]]);
  return Encode(texts);
}

absl::Status CheckClassSizes(const ColumnData& target, const Labels& labels) {
  std::vector<size_t> sizes(labels.classes.size());
  for (const double code : labels.values) ++sizes[static_cast<size_t>(code)];
  const auto lonely = std::find(sizes.begin(), sizes.end(), size_t{1});
  if (lonely == sizes.end()) return absl::OkStatus();
  if (2 * sizes.size() > labels.rows.size()) {
    return Unlearnable(target,
                       absl::StrCat("has ", sizes.size(), " classes in ", labels.rows.size(),
                                    " rows; every class needs at least 2 rows. If it is an "
                                    "amount, ask for regression; if it names the rows, it "
                                    "cannot be predicted"));
  }
  return Unlearnable(
      target, absl::StrCat("has class ", QuoteForError(labels.classes[lonely - sizes.begin()]),
                           " in 1 row; every class needs at least 2: add rows of that class, "
                           "merge it with another, or leave the row out"));
}

absl::Status EncodeClasses(const ColumnData& target, Labels* labels) {
  const Encoded encoded = EncodeColumn(target, labels->rows);
  if (encoded.count == 1) return Constant(target, labels->rows[0]);
  if (encoded.count > kMaxClasses) {
    return Unlearnable(target,
                       absl::StrCat("has ", encoded.count, " classes; at most ", kMaxClasses,
                                    " are allowed. If it is an amount, ask for regression"));
  }
  labels->classes.resize(encoded.count);
  for (size_t i = 0; i < labels->rows.size(); ++i) {
    const size_t code = encoded.codes[i];
    labels->values.push_back(static_cast<double>(code));
    if (labels->classes[code].empty()) {
      labels->classes[code] = FormatValue(target, labels->rows[i]);
    }
  }
  return CheckClassSizes(target, *labels);
}

absl::Status TakeNumbers(const ColumnData& target, Labels* labels) {
  for (const size_t row : labels->rows) labels->values.push_back(target.numbers[row]);
  const auto [min, max] = std::minmax_element(labels->values.begin(), labels->values.end());
  if (*min == *max) return Constant(target, labels->rows[0]);
  if (std::max(-*min, *max) > kMaxTarget) {
    return Unlearnable(target,
                       "holds numbers beyond 1e15 or infinite ones; give it in a larger unit");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Labels> LabelsOf(const ColumnData& target, v1::Task task,
                                const ColumnData* required) {
  Labels labels;
  labels.rows = RowsWithValue(target, required);
  SERIN_RETURN_IF_ERROR(CheckRowCount(target, labels.rows.size()));
  SERIN_RETURN_IF_ERROR(task == v1::TASK_CLASSIFICATION ? EncodeClasses(target, &labels)
                                                        : TakeNumbers(target, &labels));
  return labels;
}

}  // namespace serin
