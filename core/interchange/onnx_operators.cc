#include "core/interchange/onnx_operators.h"

#include <string>
#include <utility>
#include <vector>

#include "core/base/status_macros.h"
#include "core/interchange/onnx_column_ops.h"
#include "core/interchange/onnx_combine_ops.h"
#include "core/interchange/onnx_linear.h"
#include "core/interchange/onnx_network_ops.h"
#include "core/interchange/onnx_trees.h"

namespace serin {
namespace {

absl::StatusOr<SharedOnnxValue> ReadConstant(const OnnxNode& node, OnnxValues* values) {
  for (const onnx::AttributeProto& attribute : node.proto().attribute()) {
    if (attribute.name() == "value") return values->Share(ReadOnnxTensor(attribute.t()));
  }
  return node.Unimplemented("is supported with a tensor as its value");
}

// To a float, which numbers are anyway.
absl::StatusOr<SharedOnnxValue> Cast(const OnnxNode& node, const SharedOnnxValue& value) {
  const int64_t to = node.Integer("to", 0);
  if (to == onnx::TensorProto::FLOAT || to == onnx::TensorProto::DOUBLE) return value;
  return node.Unimplemented("is supported to float and double");
}

// Whether rows x `width` stay that; sizes are 0 where they are taken over and -1 where they follow.
bool KeepsRowsAndColumns(const std::vector<double>& sizes, size_t width) {
  const auto columns = static_cast<double>(width);
  if (sizes.size() == 1) return width == 1 && sizes[0] == -1;
  if (sizes.size() != 2) return false;
  return (sizes[0] == -1 && sizes[1] == columns) ||
         (sizes[0] == 0 && (sizes[1] == -1 || sizes[1] == 0 || sizes[1] == columns));
}

absl::StatusOr<SharedOnnxValue> Reshape(const OnnxNode& node, const SharedOnnxValue& value,
                                        OnnxValues* values) {
  if (node.op() == "Flatten" && node.Integer("axis", 1) == 1) return value;
  SERIN_ASSIGN_OR_RETURN(const OnnxTensor* shape, values->Constant(node, 1));
  if (KeepsRowsAndColumns(shape->numbers, WidthOf(*value))) return value;
  return node.Unimplemented("to other rows and columns is not supported");
}

absl::StatusOr<OnnxColumns> Scaled(const OnnxNode& node, const OnnxColumns& columns) {
  const std::vector<float> offsets = node.Floats("offset");
  const std::vector<float> scales = node.Floats("scale");
  return ScaleColumns(node, columns, {offsets.begin(), offsets.end()},
                      {scales.begin(), scales.end()});
}

absl::StatusOr<OnnxColumns> Selected(const OnnxNode& node, const OnnxColumns& columns,
                                     OnnxValues* values) {
  if (node.op() == "Gather") SERIN_RETURN_IF_ERROR(CheckIsAlongColumns(node, 0));
  SERIN_ASSIGN_OR_RETURN(const OnnxTensor* indexes, values->Constant(node, 1));
  if (indexes->numbers.size() > kMaxOnnxColumns) return OnnxValues::TooLarge();
  return SelectColumns(node, columns, *indexes);
}

absl::StatusOr<OnnxNetwork> Layer(const OnnxNode& node, const OnnxNetwork& network,
                                  OnnxValues* values) {
  if (node.Integer("transA", 0) != 0 || node.Float("alpha", 1) != 1 || node.Float("beta", 1) != 1) {
    return node.Unimplemented("transA, alpha and beta are not supported");
  }
  SERIN_ASSIGN_OR_RETURN(const OnnxTensor* weights, values->Constant(node, 1));
  SERIN_ASSIGN_OR_RETURN(OnnxNetwork longer,
                         AddLayer(node, network, *weights, node.Integer("transB", 0) != 0));
  if (node.op() != "Gemm" || node.proto().input_size() < 3) return longer;
  SERIN_ASSIGN_OR_RETURN(const OnnxTensor* biases, values->Constant(node, 2));
  return AddBiases(node, longer, *biases);
}

absl::StatusOr<OnnxScores> MadeBy(const OnnxNode& node, absl::StatusOr<OnnxScores> scores) {
  if (scores.ok()) scores->made_by = &node.proto();
  return scores;
}

absl::StatusOr<SharedOnnxValue> OfColumns(const OnnxNode& node, const OnnxColumns& columns,
                                          OnnxValues* values, v1::Schema* features) {
  const std::string& op = node.op();
  if (op == "Scaler") return values->Share(Scaled(node, columns));
  if (op == "Imputer") return values->Share(ImputeColumns(node, columns));
  if (op == "OneHotEncoder") return values->Share(OneHotColumns(node, columns, features));
  if (op == "LabelEncoder") return values->Share(EncodeLabels(node, columns, *features));
  if (op == "ArrayFeatureExtractor" || op == "Gather") {
    return values->Share(Selected(node, columns, values));
  }
  if (op == "LinearClassifier" || op == "LinearRegressor") {
    return values->Share(MadeBy(node, ReadOnnxLinear(node, columns)));
  }
  if (op == "TreeEnsembleClassifier" || op == "TreeEnsembleRegressor") {
    return values->Share(MadeBy(node, ReadOnnxTrees(node, columns)));
  }
  if (op == "MatMul" || op == "Gemm") return values->Share(Layer(node, NetworkOf(columns), values));
  return node.Unimplemented("is not supported of features");
}

absl::StatusOr<SharedOnnxValue> OfNetwork(const OnnxNode& node, const OnnxNetwork& network,
                                          OnnxValues* values) {
  const std::string& op = node.op();
  if (op == "MatMul" || op == "Gemm") return values->Share(Layer(node, network, values));
  if (op == "Relu" || op == "Tanh") return values->Share(AddActivation(node, network));
  if (op == "Softmax") SERIN_RETURN_IF_ERROR(CheckIsAlongColumns(node, 1));
  if (op == "Sigmoid" || op == "Softmax") {
    return values->Share(MadeBy(node, EndNetwork(node, network)));
  }
  return node.Unimplemented("is not supported in a network");
}

absl::StatusOr<SharedOnnxValue> OfScores(const OnnxNode& node, const SharedOnnxValue& value,
                                         OnnxValues* values) {
  const auto& scores = std::get<OnnxScores>(*value);
  if (node.op() == "ZipMap") {
    if (!scores.classes.empty()) return value;
    OnnxScores named = scores;
    named.classes = node.ClassLabels();
    return values->Share<OnnxScores>(std::move(named));
  }
  // Shares have a sum of 1.
  if (node.op() == "Normalizer" && node.Text("norm", "MAX") == "L1" && scores.class_count > 0) {
    return value;
  }
  return node.Unimplemented("is not supported of what an estimator answers");
}

}  // namespace

absl::StatusOr<SharedOnnxValue> EvaluateOnnxNode(const OnnxNode& node, OnnxValues* values,
                                                 v1::Schema* features) {
  const std::string& op = node.op();
  if (op == "Constant") return ReadConstant(node, values);
  if (node.proto().input().empty()) return node.Invalid("has no input");
  SERIN_ASSIGN_OR_RETURN(const SharedOnnxValue first, values->Find(node.proto().input(0)));
  if (op == "Identity") return first;
  if (op == "Cast") return Cast(node, first);
  if (op == "Reshape" || op == "Flatten") return Reshape(node, first, values);
  if (op == "Concat" || op == "FeatureVectorizer") return CombineColumns(node, values);
  if (op == "Add" || op == "Sub" || op == "Mul" || op == "Div") {
    return CombineWithConstant(node, values);
  }
  if (const auto* columns = std::get_if<OnnxColumns>(first.get())) {
    return OfColumns(node, *columns, values, features);
  }
  if (const auto* network = std::get_if<OnnxNetwork>(first.get())) {
    return OfNetwork(node, *network, values);
  }
  if (std::holds_alternative<OnnxScores>(*first)) return OfScores(node, first, values);
  return node.Unimplemented("is not supported of constants");
}

}  // namespace serin
