#include "core/learn/training_inputs.h"

namespace serin {
namespace {

using internal::v1::ColumnTransform;

void AppendInputs(const ColumnTransform& column, size_t feature,
                  std::vector<TrainingInput>* inputs) {
  switch (column.transform_case()) {
    case ColumnTransform::kNumeric:
      inputs->push_back({.feature = feature, .increasing = column.numeric().scale() > 0});
      break;
    case ColumnTransform::kCategoryCode: {
      const auto categories = static_cast<size_t>(column.category_code().categories_size());
      inputs->push_back({.feature = feature, .category_count = categories});
      break;
    }
    case ColumnTransform::kOneHot:
      inputs->resize(inputs->size() + column.one_hot().categories_size(), {.feature = feature});
      break;
    case ColumnTransform::kTargetMean:
      inputs->push_back({.feature = feature});
      break;
    case ColumnTransform::TRANSFORM_NOT_SET:
      break;
  }
  if (column.missing_indicator()) inputs->push_back({.feature = feature});
}

}  // namespace

std::vector<TrainingInput> DescribeInputs(const internal::v1::Pipeline& pipeline) {
  std::vector<TrainingInput> inputs;
  for (int i = 0; i < pipeline.columns_size(); ++i) {
    AppendInputs(pipeline.columns(i), static_cast<size_t>(i), &inputs);
  }
  return inputs;
}

}  // namespace serin
