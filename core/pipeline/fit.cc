#include "core/pipeline/fit.h"

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/parallel.h"
#include "core/base/status_macros.h"
#include "core/pipeline/fit_categories.h"
#include "core/pipeline/fit_numbers.h"

namespace serin {
namespace {

using v1::Preprocessing;

absl::Status TooManyCategories(const ColumnData& column, size_t count) {
  return InvalidField("features",
                      absl::StrCat("column '", column.name, "' has ", count,
                                   " categories, which brings all features together to more than ",
                                   kMaxOneHotOutputs,
                                   "; leave it out, use ENCODING_TARGET_MEAN, or take an algorithm "
                                   "that needs no one-hot inputs, such as gradient_boosting"));
}

absl::StatusOr<internal::v1::ColumnTransform> FitColumn(const ColumnData& column,
                                                        const Preprocessing& preprocessing,
                                                        const FitTarget& target) {
  internal::v1::ColumnTransform transform;
  transform.set_missing_indicator(preprocessing.missing_indicator());
  switch (preprocessing.encoding()) {
    case Preprocessing::ENCODING_NUMERIC:
    case Preprocessing::ENCODING_STANDARDISED:
    case Preprocessing::ENCODING_MIN_MAX: {
      SERIN_ASSIGN_OR_RETURN(*transform.mutable_numeric(), FitNumbers(column, preprocessing));
      return transform;
    }
    case Preprocessing::ENCODING_ONE_HOT:
      *transform.mutable_one_hot() = FitOneHot(column, preprocessing);
      return transform;
    case Preprocessing::ENCODING_CATEGORY_CODE:
      *transform.mutable_category_code() = FitCategoryCode(column, preprocessing);
      return transform;
    case Preprocessing::ENCODING_TARGET_MEAN: {
      SERIN_ASSIGN_OR_RETURN(*transform.mutable_target_mean(),
                             FitTargetMean(column, preprocessing, target));
      return transform;
    }
    default:
      return absl::InternalError(
          absl::StrCat("the preprocessing of column '", column.name, "' was not resolved"));
  }
}

}  // namespace

absl::StatusOr<internal::v1::Pipeline> FitPipeline(
    const Table& rows, const google::protobuf::RepeatedPtrField<v1::Preprocessing>& preprocessing,
    const FitTarget& target, size_t threads) {
  if (static_cast<size_t>(preprocessing.size()) != rows.columns.size()) {
    return absl::InternalError("there is not one resolved preprocessing per feature");
  }
  std::vector<internal::v1::ColumnTransform> transforms(rows.columns.size());
  SERIN_RETURN_IF_ERROR(ParallelFor(rows.columns.size(), threads, [&](size_t i) -> absl::Status {
    SERIN_ASSIGN_OR_RETURN(transforms[i],
                           FitColumn(rows.columns[i], preprocessing[static_cast<int>(i)], target));
    return absl::OkStatus();
  }));
  internal::v1::Pipeline pipeline;
  size_t one_hot_outputs = 0;
  for (size_t i = 0; i < rows.columns.size(); ++i) {
    const size_t categories = transforms[i].one_hot().categories_size();
    one_hot_outputs += categories;
    if (one_hot_outputs > kMaxOneHotOutputs) return TooManyCategories(rows.columns[i], categories);
    *pipeline.add_columns() = std::move(transforms[i]);
  }
  return pipeline;
}

}  // namespace serin
