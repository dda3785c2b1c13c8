#include "core/learn/feature_warnings.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/utf8.h"
#include "core/learn/single_feature.h"
#include "core/learn/target_copy.h"

namespace serin {
namespace {

// Of what one feature alone should reach.
constexpr double kNearlyPerfect = 0.99;
constexpr double kMostlyMissing = 0.5;
// With fewer rows than this, distinct values are no sign of anything.
constexpr size_t kMinRowsOfIdentifier = 20;

size_t CountMissing(const ColumnData& feature, const Labels& labels) {
  return static_cast<size_t>(std::count_if(labels.rows.begin(), labels.rows.end(),
                                           [&](size_t row) { return feature.missing(row); }));
}

bool IsConstant(const ColumnData& feature, const Labels& labels) {
  const size_t first = labels.rows[0];
  return std::all_of(labels.rows.begin(), labels.rows.end(), [&](size_t row) {
    if (feature.missing(row)) return false;
    return feature.is_string() ? feature.codes[row] == feature.codes[first]
                               : feature.numbers[row] == feature.numbers[first];
  });
}

// Every row has a category of its own.
bool AreNames(const ColumnData& feature, const Labels& labels) {
  std::vector<bool> seen(feature.dictionary.size());
  for (const size_t row : labels.rows) {
    const int32_t code = feature.codes[row];
    if (code == ColumnData::kMissingCode || seen[code]) return false;
    seen[code] = true;
  }
  return true;
}

// Whole numbers that count up from row to row.
bool IsCounter(const ColumnData& feature, const Labels& labels) {
  if (feature.type != v1::COLUMN_TYPE_NUMBER) return false;
  for (size_t i = 0; i < labels.rows.size(); ++i) {
    const double x = feature.numbers[labels.rows[i]];
    if (std::isnan(x) || x != std::floor(x)) return false;
    if (i > 0 && x <= feature.numbers[labels.rows[i - 1]]) return false;
  }
  return true;
}

bool IsIdentifier(const ColumnData& feature, const Labels& labels) {
  if (labels.rows.size() < kMinRowsOfIdentifier) return false;
  return feature.is_string() ? AreNames(feature, labels) : IsCounter(feature, labels);
}

bool TellsNearlyAll(const ColumnData& feature, const Labels& labels) {
  return labels.rows.size() >= kMinCopyRows && SingleFeatureScore(feature, labels) > kNearlyPerfect;
}

}  // namespace

std::optional<std::string> FeatureWarning(const ColumnData& feature, const Labels& labels) {
  const std::string column = absl::StrCat("column ", QuoteForError(feature.name), " ");
  if (IsConstant(feature, labels)) {
    return column + "has the same value in every row: it tells nothing and can be left out";
  }
  if (const auto copy = DescribeTargetCopy(feature, labels)) {
    return column + *copy + " in every row: is it known whenever a prediction is asked for?";
  }
  if (IsIdentifier(feature, labels)) {
    return column +
           "has another value in every row, as identifiers have: a model learns nothing from it "
           "that holds for other rows; leave it out";
  }
  if (TellsNearlyAll(feature, labels)) {
    return column +
           "tells the target almost perfectly by itself: is it known whenever a prediction is "
           "asked for, or is it made of the target?";
  }
  const size_t missing = CountMissing(feature, labels);
  const double share = static_cast<double>(missing) / static_cast<double>(labels.rows.size());
  if (share <= kMostlyMissing) return std::nullopt;
  return column + absl::StrFormat("is missing in %.0f %% of the rows", 100 * share);
}

}  // namespace serin
