#include "core/interchange/onnx_column_ops.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

using internal::v1::ColumnTransform;

bool IsPlain(const internal::v1::NumericTransform& numeric) {
  return !numeric.has_fill() && numeric.offset() == 0 && numeric.scale() == 1;
}

// One for each column, where there is one for all.
absl::StatusOr<std::vector<double>> ForEach(const OnnxNode& node, std::vector<double> numbers,
                                            size_t count) {
  if (numbers.size() == 1) numbers.resize(count, numbers[0]);
  if (numbers.size() == count) return numbers;
  return node.Invalid(absl::StrCat(numbers.size(), " numbers for ", count, " columns"));
}

absl::StatusOr<const OnnxColumn*> OnlyColumn(const OnnxNode& node, const OnnxColumns& columns) {
  if (columns.size() == 1) return &columns[0];
  return node.Unimplemented("is supported for one column at a time");
}

// What the number of a feature was before anything was done with it.
absl::Status CheckUntouched(const OnnxNode& node, const OnnxColumn& column) {
  const ColumnTransform& transform = *column.transform;
  if (transform.transform_case() == ColumnTransform::TRANSFORM_NOT_SET ||
      (transform.has_numeric() && IsPlain(transform.numeric()))) {
    return absl::OkStatus();
  }
  return node.Unimplemented("is supported only as the first operator on a feature");
}

}  // namespace

absl::StatusOr<OnnxColumns> ScaleColumns(const OnnxNode& node, const OnnxColumns& columns,
                                         const std::vector<double>& offsets,
                                         const std::vector<double>& scales) {
  SERIN_ASSIGN_OR_RETURN(const auto offset, ForEach(node, offsets, columns.size()));
  SERIN_ASSIGN_OR_RETURN(const auto scale, ForEach(node, scales, columns.size()));
  OnnxColumns scaled = columns;
  for (size_t i = 0; i < columns.size(); ++i) {
    if (!columns[i].transform->has_numeric()) {
      return node.Unimplemented("is supported for numbers, not for encoded categories");
    }
    auto transform = std::make_shared<ColumnTransform>(*columns[i].transform);
    internal::v1::NumericTransform& numeric = *transform->mutable_numeric();
    numeric.set_offset(numeric.offset() + offset[i] / numeric.scale());
    numeric.set_scale(numeric.scale() * scale[i]);
    scaled[i].transform = std::move(transform);
  }
  return scaled;
}

absl::StatusOr<OnnxColumns> ImputeColumns(const OnnxNode& node, const OnnxColumns& columns) {
  if (!std::isnan(node.Float("replaced_value_float", 0)) || !node.Has("imputed_value_floats")) {
    return node.Unimplemented("is supported for floats, of values that are NaN");
  }
  const std::vector<float> given = node.Floats("imputed_value_floats");
  SERIN_ASSIGN_OR_RETURN(const auto fills,
                         ForEach(node, {given.begin(), given.end()}, columns.size()));
  OnnxColumns filled = columns;
  for (size_t i = 0; i < columns.size(); ++i) {
    SERIN_RETURN_IF_ERROR(CheckUntouched(node, columns[i]));
    if (!columns[i].transform->has_numeric()) return node.Unimplemented("is supported for numbers");
    auto transform = std::make_shared<ColumnTransform>(*columns[i].transform);
    transform->mutable_numeric()->set_fill(fills[i]);
    filled[i].transform = std::move(transform);
  }
  return filled;
}

absl::StatusOr<OnnxColumns> OneHotColumns(const OnnxNode& node, const OnnxColumns& columns,
                                          v1::Schema* features) {
  SERIN_ASSIGN_OR_RETURN(const OnnxColumn* column, OnlyColumn(node, columns));
  SERIN_RETURN_IF_ERROR(CheckUntouched(node, *column));
  std::vector<std::string> categories = node.Strings("cats_strings");
  for (const int64_t category : node.Integers("cats_int64s")) {
    categories.push_back(absl::StrCat(category));
  }
  features->mutable_columns(column->feature)->set_type(v1::COLUMN_TYPE_CATEGORY);
  std::map<std::string, int> ranks;
  for (const std::string& category : categories) ranks[category] = 0;
  if (ranks.size() != categories.size()) return node.Invalid("has a category twice");
  auto transform = std::make_shared<ColumnTransform>();
  transform->mutable_one_hot();
  for (auto& [category, rank] : ranks) {
    rank = transform->one_hot().categories_size();
    transform->mutable_one_hot()->add_categories(category);
  }
  OnnxColumns encoded;
  for (const std::string& category : categories) {
    encoded.push_back({column->feature, transform, ranks[category]});
  }
  return encoded;
}

absl::StatusOr<OnnxColumns> EncodeLabels(const OnnxNode& node, const OnnxColumns& columns,
                                         const v1::Schema& features) {
  SERIN_ASSIGN_OR_RETURN(const OnnxColumn* column, OnlyColumn(node, columns));
  SERIN_RETURN_IF_ERROR(CheckUntouched(node, *column));
  const std::vector<std::string> keys = node.Strings("keys_strings");
  std::vector<double> values;
  for (const float value : node.Floats("values_floats")) values.push_back(value);
  for (const int64_t value : node.Integers("values_int64s")) {
    values.push_back(static_cast<double>(value));
  }
  if (keys.empty() || features.columns(column->feature).type() != v1::COLUMN_TYPE_CATEGORY) {
    return node.Unimplemented("is supported from texts to numbers");
  }
  if (values.size() != keys.size()) return node.Invalid("has not one value per key");
  std::map<std::string, double> sorted;
  for (size_t i = 0; i < keys.size(); ++i) sorted.emplace(keys[i], values[i]);
  auto transform = std::make_shared<ColumnTransform>();
  auto& means = *transform->mutable_target_mean();
  for (const auto& [key, value] : sorted) {
    means.add_categories(key);
    means.add_means(value);
  }
  means.set_fill(node.Has("values_floats")
                     ? node.Float("default_float", -0.0F)
                     : static_cast<double>(node.Integer("default_int64", -1)));
  return OnnxColumns{{column->feature, std::move(transform), 0}};
}

absl::StatusOr<OnnxColumns> SelectColumns(const OnnxNode& node, const OnnxColumns& columns,
                                          const OnnxTensor& indexes) {
  OnnxColumns selected;
  for (const double index : indexes.numbers) {
    if (!(index >= 0 && index < static_cast<double>(columns.size()))) {
      return node.Invalid(absl::StrCat("selects column ", index, " of ", columns.size()));
    }
    selected.push_back(columns[static_cast<size_t>(index)]);
  }
  return selected;
}

}  // namespace serin
