#include "core/pipeline/fit_categories.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"

namespace serin {
namespace {

using v1::Preprocessing;

// The categories that rows have.
struct Categories {
  std::vector<std::string> names;  // Sorted.
  std::vector<int32_t> of_code;    // By code of the column.
  std::vector<int64_t> rows;       // Per category.
};

Categories CategoriesOf(const ColumnData& column) {
  std::vector<int64_t> counts(column.dictionary.size());
  for (const int32_t code : column.codes) {
    if (code != ColumnData::kMissingCode) ++counts[code];
  }
  std::vector<int32_t> used;
  for (size_t code = 0; code < counts.size(); ++code) {
    if (counts[code] > 0) used.push_back(static_cast<int32_t>(code));
  }
  std::sort(used.begin(), used.end(),
            [&](int32_t a, int32_t b) { return column.dictionary[a] < column.dictionary[b]; });
  Categories categories;
  categories.of_code.resize(counts.size());
  for (const int32_t code : used) {
    categories.of_code[code] = static_cast<int32_t>(categories.names.size());
    categories.names.push_back(column.dictionary[code]);
    categories.rows.push_back(counts[code]);
  }
  return categories;
}

// The category that stands for missing values, if one does.
std::optional<int32_t> FillOf(const Categories& categories, const Preprocessing& preprocessing) {
  if (preprocessing.missing() != Preprocessing::MISSING_MOST_FREQUENT || categories.rows.empty()) {
    return std::nullopt;
  }
  const auto most = std::max_element(categories.rows.begin(), categories.rows.end());
  return static_cast<int32_t>(most - categories.rows.begin());
}

template <typename Transform>
Transform FitIndexes(const ColumnData& column, const Preprocessing& preprocessing) {
  const Categories categories = CategoriesOf(column);
  Transform transform;
  transform.mutable_categories()->Add(categories.names.begin(), categories.names.end());
  if (const auto fill = FillOf(categories, preprocessing)) transform.set_fill(*fill);
  return transform;
}

std::vector<double> SumsByCategory(const ColumnData& column, const Categories& categories,
                                   const std::vector<double>& targets) {
  std::vector<double> sums(categories.names.size());
  for (size_t row = 0; row < column.codes.size(); ++row) {
    const int32_t code = column.codes[row];
    if (code != ColumnData::kMissingCode) sums[categories.of_code[code]] += targets[row];
  }
  return sums;
}

}  // namespace

internal::v1::OneHotTransform FitOneHot(const ColumnData& column,
                                        const Preprocessing& preprocessing) {
  return FitIndexes<internal::v1::OneHotTransform>(column, preprocessing);
}

internal::v1::CategoryCodeTransform FitCategoryCode(const ColumnData& column,
                                                    const Preprocessing& preprocessing) {
  return FitIndexes<internal::v1::CategoryCodeTransform>(column, preprocessing);
}

absl::StatusOr<internal::v1::TargetMeanTransform> FitTargetMean(const ColumnData& column,
                                                                const Preprocessing& preprocessing,
                                                                const FitTarget& target) {
  if (target.class_count > 2) {
    return InvalidField(
        "preprocessing",
        absl::StrCat("column '", column.name, "' cannot have ENCODING_TARGET_MEAN: the target has ",
                     target.class_count,
                     " classes, and it takes two or a number; use "
                     "ENCODING_ONE_HOT"));
  }
  const Categories categories = CategoriesOf(column);
  const double mean = std::accumulate(target.values.begin(), target.values.end(), 0.0) /
                      static_cast<double>(target.values.size());
  const std::vector<double> sums = SumsByCategory(column, categories, target.values);
  internal::v1::TargetMeanTransform transform;
  transform.mutable_categories()->Add(categories.names.begin(), categories.names.end());
  for (size_t i = 0; i < sums.size(); ++i) {
    transform.add_means((sums[i] + preprocessing.smoothing() * mean) /
                        (static_cast<double>(categories.rows[i]) + preprocessing.smoothing()));
  }
  const std::optional<int32_t> fill = FillOf(categories, preprocessing);
  transform.set_fill(fill.has_value() ? transform.means(*fill) : mean);
  return transform;
}

}  // namespace serin
