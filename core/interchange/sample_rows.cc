#include "core/interchange/sample_rows.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace serin {
namespace {

using internal::v1::ColumnTransform;
using Strings = google::protobuf::RepeatedPtrField<std::string>;

constexpr size_t kRows = 15;

// Categories of a transform; none where it is of numbers.
const Strings& CategoriesOf(const ColumnTransform& transform) {
  if (transform.has_one_hot()) return transform.one_hot().categories();
  if (transform.has_target_mean()) return transform.target_mean().categories();
  return transform.category_code().categories();
}

int OutputsOf(const ColumnTransform& transform) {
  const int width = transform.has_one_hot() ? transform.one_hot().categories_size() : 1;
  return width + (transform.missing_indicator() ? 1 : 0);
}

// For each input of the estimator some thresholds of splits that look at it.
std::vector<std::vector<double>> ThresholdsOf(const internal::v1::TreeEnsemble& trees,
                                              size_t input_count) {
  std::vector<std::vector<double>> thresholds(input_count);
  for (const internal::v1::Tree& tree : trees.trees()) {
    for (int node = 0; node < tree.features_size(); ++node) {
      const auto input = static_cast<size_t>(tree.features(node));
      if (tree.left_children(node) < 0 || input >= input_count) continue;
      if (thresholds[input].size() < kRows) thresholds[input].push_back(tree.thresholds(node));
    }
  }
  return thresholds;
}

ColumnData CategoryColumn(const Strings& categories, size_t feature) {
  ColumnData column;
  column.dictionary.assign(categories.begin(), categories.end());
  for (size_t row = 0; row < kRows; ++row) {
    const size_t count = column.dictionary.size();
    column.codes.push_back(count == 0 ? ColumnData::kMissingCode
                                      : static_cast<int32_t>((row + feature) % count));
  }
  return column;
}

// `feature` shifts a column against the others, so that a row is not made of the first ones all
// over.
ColumnData NumberColumn(const internal::v1::NumericTransform& numeric,
                        const std::vector<double>& thresholds, size_t feature) {
  ColumnData column;
  for (size_t row = 0; row < kRows; ++row) {
    const size_t place = row + 7 * feature;
    const double input = thresholds.empty()
                             ? static_cast<double>(place % 5) - 2
                             : thresholds[place % thresholds.size()] - static_cast<double>(row % 2);
    const double number = input / numeric.scale() + numeric.offset();
    column.numbers.push_back(std::isfinite(number) ? number : 0);
  }
  return column;
}

ColumnData BooleanColumn(size_t feature) {
  ColumnData column;
  for (size_t row = 0; row < kRows; ++row) {
    column.numbers.push_back(static_cast<double>((row + feature) % 2));
  }
  return column;
}

}  // namespace

Table MakeSampleRows(const internal::v1::Predictor& model) {
  const auto& transforms = model.pipeline().columns();
  size_t input_count = 0;
  for (const ColumnTransform& transform : transforms) input_count += OutputsOf(transform);
  const auto thresholds = ThresholdsOf(model.trees(), input_count);
  Table rows;
  size_t input = 0;
  for (int i = 0; i < transforms.size(); ++i) {
    const v1::ColumnSchema& schema = model.features().columns(i);
    ColumnData column;
    if (schema.type() == v1::COLUMN_TYPE_CATEGORY) {
      column = CategoryColumn(CategoriesOf(transforms[i]), i);
    } else if (schema.type() == v1::COLUMN_TYPE_BOOLEAN) {
      column = BooleanColumn(i);
    } else {
      column = NumberColumn(transforms[i].numeric(), thresholds[input], i);
    }
    column.name = schema.name();
    column.type = schema.type();
    rows.columns.push_back(std::move(column));
    input += OutputsOf(transforms[i]);
  }
  return rows;
}

}  // namespace serin
