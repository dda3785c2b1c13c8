#include "core/pipeline/fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

// Squares of differences of such numbers, and sums of them, stay finite.
constexpr double kMaxStandardised = 1e150;

// What the values that are there look like.
struct Moments {
  size_t count = 0;
  double mean = 0;
  double standard_deviation = 0;  // Of the population (n).
  double min = std::numeric_limits<double>::infinity();
  double max = -std::numeric_limits<double>::infinity();
};

// Welford, "Note on a method for calculating corrected sums of squares and products", 1962.
Moments MomentsOf(const std::vector<double>& numbers) {
  Moments moments;
  double squares = 0;
  for (const double x : numbers) {
    if (std::isnan(x)) continue;
    ++moments.count;
    const double delta = x - moments.mean;
    moments.mean += delta / static_cast<double>(moments.count);
    squares += delta * (x - moments.mean);
    moments.min = std::min(moments.min, x);
    moments.max = std::max(moments.max, x);
  }
  if (moments.count > 0) {
    moments.standard_deviation = std::sqrt(squares / static_cast<double>(moments.count));
  }
  return moments;
}

absl::Status NoValues(const ColumnData& column) {
  return InvalidField(
      "features",
      absl::StrCat("column '", column.name, "' has no values in the training rows; leave it out"));
}

absl::Status TooLarge(const ColumnData& column) {
  return InvalidField(
      "features", absl::StrCat("column '", column.name,
                               "' holds numbers beyond 1e150, which cannot be standardised; scale "
                               "it down or leave it out"));
}

absl::Status TooManyCategories(const ColumnData& column, size_t count) {
  return InvalidField("features",
                      absl::StrCat("column '", column.name, "' has ", count,
                                   " categories, which brings all features together to more than ",
                                   kMaxOneHotOutputs,
                                   "; leave it out or take an algorithm that needs no one-hot "
                                   "inputs, such as gradient_boosting"));
}

// A constant column keeps scale 1: after the offset it is 0 in every row like the training rows.
absl::StatusOr<internal::v1::NumericTransform> FitStandardised(const ColumnData& column) {
  const Moments moments = MomentsOf(column.numbers);
  if (moments.count == 0) return NoValues(column);
  if (std::max(-moments.min, moments.max) > kMaxStandardised) return TooLarge(column);
  const bool constant = moments.min == moments.max;
  internal::v1::NumericTransform transform;
  transform.set_fill(constant ? moments.min : moments.mean);
  transform.set_offset(transform.fill());
  const double scale = 1 / moments.standard_deviation;
  transform.set_scale(constant || !std::isfinite(scale) ? 1 : scale);
  return transform;
}

// Seconds since 1970 take more digits than single precision, in which trees compare, has: instants
// count from the middle of their range.
double RawOffset(const ColumnData& column, const Moments& moments) {
  if (column.type != v1::COLUMN_TYPE_TIMESTAMP) return 0;
  return std::round(moments.min + (moments.max - moments.min) / 2);
}

absl::StatusOr<internal::v1::NumericTransform> FitRaw(const ColumnData& column) {
  const Moments moments = MomentsOf(column.numbers);
  if (moments.count == 0) return NoValues(column);
  internal::v1::NumericTransform transform;
  transform.set_offset(RawOffset(column, moments));
  transform.set_scale(1);
  return transform;
}

// The categories that rows have, sorted; the dictionary may list others.
absl::StatusOr<std::vector<std::string>> FitCategories(const ColumnData& column) {
  std::vector<bool> used(column.dictionary.size());
  for (const int32_t code : column.codes) {
    if (code != ColumnData::kMissingCode) used[code] = true;
  }
  std::vector<std::string> categories;
  for (size_t code = 0; code < used.size(); ++code) {
    if (used[code]) categories.push_back(column.dictionary[code]);
  }
  if (categories.empty()) return NoValues(column);
  std::sort(categories.begin(), categories.end());
  return categories;
}

absl::StatusOr<internal::v1::ColumnTransform> FitColumn(const ColumnData& column, InputKind kind) {
  internal::v1::ColumnTransform transform;
  if (!column.is_string()) {
    SERIN_ASSIGN_OR_RETURN(*transform.mutable_numeric(),
                           kind == InputKind::kRaw ? FitRaw(column) : FitStandardised(column));
    return transform;
  }
  SERIN_ASSIGN_OR_RETURN(const std::vector<std::string> categories, FitCategories(column));
  auto* out = kind == InputKind::kRaw ? transform.mutable_category_code()->mutable_categories()
                                      : transform.mutable_one_hot()->mutable_categories();
  out->Add(categories.begin(), categories.end());
  return transform;
}

}  // namespace

absl::StatusOr<internal::v1::Pipeline> FitPipeline(const Table& rows, InputKind kind) {
  internal::v1::Pipeline pipeline;
  size_t one_hot_outputs = 0;
  for (const ColumnData& column : rows.columns) {
    SERIN_ASSIGN_OR_RETURN(*pipeline.add_columns(), FitColumn(column, kind));
    const size_t categories = pipeline.columns().rbegin()->one_hot().categories_size();
    one_hot_outputs += categories;
    if (one_hot_outputs > kMaxOneHotOutputs) return TooManyCategories(column, categories);
  }
  return pipeline;
}

}  // namespace serin
