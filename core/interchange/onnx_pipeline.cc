#include "core/interchange/onnx_pipeline.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

using internal::v1::ColumnTransform;

constexpr size_t kMaxWeights = size_t{1} << 25;

int OutputsOf(const ColumnTransform& transform) {
  return transform.has_one_hot() ? transform.one_hot().categories_size() : 1;
}

// What is done with a feature that goes nowhere.
ColumnTransform Unused(v1::ColumnType type) {
  ColumnTransform transform;
  if (type == v1::COLUMN_TYPE_CATEGORY) {
    transform.mutable_target_mean();
  } else {
    transform.mutable_numeric()->set_scale(1);
    transform.mutable_numeric()->set_fill(0);
  }
  return transform;
}

absl::Status Unimplemented(const internal::v1::Predictor& predictor, int feature,
                           absl::string_view what) {
  return absl::UnimplementedError(
      absl::StrCat("ONNX model: feature ",
                   QuoteForError(predictor.features().columns(feature).name()), " ", what));
}

// Which transform each feature gets; null for those that go nowhere.
absl::StatusOr<std::vector<const ColumnTransform*>> FindTransforms(
    const OnnxColumns& inputs, const internal::v1::Predictor& predictor) {
  std::vector<const ColumnTransform*> transforms(predictor.features().columns_size());
  for (const OnnxColumn& input : inputs) {
    const ColumnTransform*& transform = transforms[input.feature];
    if (input.transform->transform_case() == ColumnTransform::TRANSFORM_NOT_SET) {
      return Unimplemented(predictor, input.feature, "goes into the estimator as text");
    }
    if (transform == nullptr) transform = input.transform.get();
    if (transform == input.transform.get()) continue;
    // Of categories only columns of the same encoding are taken to be alike, which costs nothing to
    // find out.
    if (!transform->has_numeric() || !input.transform->has_numeric() ||
        transform->SerializeAsString() != input.transform->SerializeAsString()) {
      return Unimplemented(predictor, input.feature, "goes into the estimator in two ways");
    }
  }
  return transforms;
}

// Rows of weights over inputs as rows over `width` outputs.
template <typename Weight>
absl::Status Spread(const std::vector<int>& outputs, size_t width,
                    google::protobuf::RepeatedField<Weight>* weights) {
  const size_t rows = outputs.empty() ? 0 : weights->size() / outputs.size();
  if (rows * outputs.size() != static_cast<size_t>(weights->size())) {
    return absl::InvalidArgumentError("ONNX model: the weights do not go with the columns");
  }
  if (rows > 0 && width > kMaxWeights / rows) {
    return absl::ResourceExhaustedError("ONNX model: has too many weights");
  }
  google::protobuf::RepeatedField<Weight> spread;
  spread.Resize(static_cast<int>(rows * width), 0);
  for (size_t row = 0; row < rows; ++row) {
    for (size_t i = 0; i < outputs.size(); ++i) {
      // An input may be there twice.
      spread[static_cast<int>(row * width) + outputs[i]] +=
          (*weights)[static_cast<int>(row * outputs.size() + i)];
    }
  }
  weights->Swap(&spread);
  return absl::OkStatus();
}

absl::Status RenumberFeatures(const std::vector<int>& outputs, internal::v1::Tree* tree) {
  for (int node = 0; node < tree->features_size(); ++node) {
    if (tree->left_children(node) < 0) continue;
    const auto feature = static_cast<size_t>(tree->features(node));
    if (feature >= outputs.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("ONNX model: a tree looks at column ", feature, " of ", outputs.size()));
    }
    tree->set_features(node, outputs[feature]);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<int>> MakeOnnxPipeline(const OnnxColumns& inputs,
                                                  internal::v1::Predictor* predictor) {
  SERIN_ASSIGN_OR_RETURN(const auto transforms, FindTransforms(inputs, *predictor));
  std::vector<int> first_outputs;
  int width = 0;
  for (size_t feature = 0; feature < transforms.size(); ++feature) {
    const v1::ColumnType type = predictor->features().columns(static_cast<int>(feature)).type();
    ColumnTransform& made = *predictor->mutable_pipeline()->add_columns();
    made = transforms[feature] == nullptr ? Unused(type) : *transforms[feature];
    first_outputs.push_back(width);
    width += OutputsOf(made);
  }
  std::vector<int> outputs;
  outputs.reserve(inputs.size());
  for (const OnnxColumn& input : inputs) {
    outputs.push_back(first_outputs[input.feature] + input.output);
  }
  return outputs;
}

absl::Status UsePipelineOutputs(const std::vector<int>& outputs,
                                internal::v1::Predictor* predictor) {
  size_t width = 0;
  for (const ColumnTransform& transform : predictor->pipeline().columns()) {
    width += OutputsOf(transform);
  }
  if (predictor->has_linear()) {
    return Spread(outputs, width, predictor->mutable_linear()->mutable_weights());
  }
  if (predictor->has_mlp()) {
    return Spread(outputs, width, predictor->mutable_mlp()->mutable_layers(0)->mutable_weights());
  }
  for (internal::v1::Tree& tree : *predictor->mutable_trees()->mutable_trees()) {
    SERIN_RETURN_IF_ERROR(RenumberFeatures(outputs, &tree));
  }
  return absl::OkStatus();
}

}  // namespace serin
