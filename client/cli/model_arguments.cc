#include "client/cli/model_arguments.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/cli/flags.h"
#include "core/base/status_macros.h"

namespace serin {

absl::StatusOr<v1::ModelFormat> ParseModelFormat(absl::string_view text) {
  if (text == "bundle") return v1::MODEL_FORMAT_BUNDLE;
  if (text == "xgboost") return v1::MODEL_FORMAT_XGBOOST;
  if (text == "lightgbm") return v1::MODEL_FORMAT_LIGHTGBM;
  if (text == "onnx") return v1::MODEL_FORMAT_ONNX;
  return absl::InvalidArgumentError(
      absl::StrCat("'", text, "' is no format; must be bundle, xgboost, lightgbm or onnx"));
}

absl::StatusOr<v1::Schema> ParseFeatures(const std::vector<std::string>& texts) {
  v1::Schema schema;
  for (const std::string& text : texts) {
    v1::ColumnSchema& column = *schema.add_columns();
    column.set_name(text);
    if (!absl::StrContains(text, '=')) continue;
    SERIN_ASSIGN_OR_RETURN(const auto types, ParseColumnTypes({text}));
    column.set_name(types.begin()->first);
    column.set_type(types.begin()->second);
  }
  return schema;
}

absl::StatusOr<v1::FeatureCategories> ParseFeatureCategories(absl::string_view text) {
  SERIN_ASSIGN_OR_RETURN(const auto assignment, ParseAssignment(text));
  v1::FeatureCategories categories;
  categories.set_feature(assignment.first);
  for (const absl::string_view category : absl::StrSplit(assignment.second, ',')) {
    categories.add_categories(std::string(category));
  }
  return categories;
}

}  // namespace serin
