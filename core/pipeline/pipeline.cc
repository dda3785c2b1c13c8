#include "core/pipeline/pipeline.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/pipeline/category_steps.h"
#include "core/pipeline/indicator_step.h"
#include "core/pipeline/numeric_step.h"

namespace serin {
namespace {

using internal::v1::ColumnTransform;
using CategoryIndex = absl::flat_hash_map<std::string, int32_t>;

absl::StatusOr<std::unique_ptr<const ColumnStep>> MakeStep(const ColumnTransform& transform,
                                                           const v1::ColumnSchema& column) {
  switch (transform.transform_case()) {
    case ColumnTransform::kNumeric:
      return MakeNumericStep(transform.numeric(), column);
    case ColumnTransform::kOneHot:
      return MakeOneHotStep(transform.one_hot(), column);
    case ColumnTransform::kCategoryCode:
      return MakeCategoryCodeStep(transform.category_code(), column);
    case ColumnTransform::kTargetMean:
      return MakeTargetMeanStep(transform.target_mean(), column);
    case ColumnTransform::TRANSFORM_NOT_SET:
      break;
  }
  return Misfit(column, "no transform that this version of Serin knows");
}

// The categories of a transform; null where it is of numbers.
const google::protobuf::RepeatedPtrField<std::string>* CategoriesOf(
    const ColumnTransform& transform) {
  if (transform.has_one_hot()) return &transform.one_hot().categories();
  if (transform.has_category_code()) return &transform.category_code().categories();
  if (transform.has_target_mean()) return &transform.target_mean().categories();
  return nullptr;
}

absl::StatusOr<std::optional<CategoryIndex>> IndexCategories(const ColumnTransform& transform,
                                                             const v1::ColumnSchema& column) {
  const auto* categories = CategoriesOf(transform);
  if (categories == nullptr) return std::nullopt;
  if (column.type() != v1::COLUMN_TYPE_CATEGORY) {
    return Misfit(column, "categories of a column that is none");
  }
  CategoryIndex index;
  for (int i = 0; i < categories->size(); ++i) {
    if (i > 0 && (*categories)[i] <= (*categories)[i - 1]) {
      return Misfit(column, "categories are not sorted and unique");
    }
    index.emplace((*categories)[i], i);
  }
  return index;
}

}  // namespace

absl::StatusOr<Pipeline> Pipeline::Create(const internal::v1::Pipeline& fitted,
                                          const v1::Schema& features) {
  if (fitted.columns_size() != features.columns_size()) {
    return absl::InvalidArgumentError(absl::StrCat("pipeline: ", fitted.columns_size(),
                                                   " transforms for ", features.columns_size(),
                                                   " features"));
  }
  Pipeline pipeline;
  for (int i = 0; i < fitted.columns_size(); ++i) {
    SERIN_RETURN_IF_ERROR(pipeline.AddColumn(fitted.columns(i), features.columns(i)));
  }
  return pipeline;
}

absl::Status Pipeline::AddColumn(const ColumnTransform& transform, const v1::ColumnSchema& column) {
  const size_t feature = categories_.size();
  SERIN_ASSIGN_OR_RETURN(std::optional<CategoryIndex> index, IndexCategories(transform, column));
  SERIN_ASSIGN_OR_RETURN(std::unique_ptr<const ColumnStep> step, MakeStep(transform, column));
  categories_.push_back(std::move(index));
  AddStep(feature, std::move(step));
  if (transform.missing_indicator()) AddStep(feature, MakeIndicatorStep());
  return absl::OkStatus();
}

void Pipeline::AddStep(size_t feature, std::unique_ptr<const ColumnStep> step) {
  const size_t first_output = output_count_;
  output_count_ += step->output_count();
  can_yield_nan_ |= step->can_yield_nan();
  steps_.push_back({feature, first_output, std::move(step)});
}

std::vector<size_t> Pipeline::FeaturesOfOutputs() const {
  std::vector<size_t> features;
  for (const Step& step : steps_) {
    features.insert(features.end(), step.step->output_count(), step.feature);
  }
  return features;
}

Pipeline::Binding Pipeline::Bind(const Table& rows) const {
  Binding binding;
  Bind(rows, &binding);
  return binding;
}

void Pipeline::Bind(const Table& rows, Binding* binding) const {
  binding->categories.resize(categories_.size());
  for (size_t feature = 0; feature < categories_.size(); ++feature) {
    std::vector<int32_t>& categories = binding->categories[feature];
    categories.clear();
    if (!categories_[feature].has_value()) continue;
    const CategoryIndex& index = *categories_[feature];
    for (const std::string& text : rows.columns[feature].dictionary) {
      const auto it = index.find(text);
      categories.push_back(it == index.end() ? kUnseenCategory : it->second);
    }
  }
}

void Pipeline::Apply(const Table& rows, const Binding& binding, size_t begin, size_t end,
                     double* out) const {
  for (const Step& step : steps_) {
    step.step->Apply(rows.columns[step.feature], binding.categories[step.feature],
                     {begin, end, out + step.first_output, output_count_});
  }
}

std::vector<UnseenCategory> Pipeline::FindUnseen(const Table& rows, const Binding& binding) const {
  std::vector<UnseenCategory> unseen;
  for (size_t feature = 0; feature < categories_.size(); ++feature) {
    const auto& categories = binding.categories[feature];
    if (std::find(categories.begin(), categories.end(), kUnseenCategory) == categories.end()) {
      continue;
    }
    const std::vector<int32_t>& codes = rows.columns[feature].codes;
    for (size_t row = 0; row < codes.size(); ++row) {
      if (codes[row] == ColumnData::kMissingCode) continue;
      if (categories[codes[row]] == kUnseenCategory) unseen.push_back({row, feature});
    }
  }
  return unseen;
}

}  // namespace serin
