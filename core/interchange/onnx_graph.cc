#include "core/interchange/onnx_graph.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/interchange/onnx_column_ops.h"
#include "core/interchange/onnx_inputs.h"
#include "core/interchange/onnx_linear.h"
#include "core/interchange/onnx_network_ops.h"
#include "core/interchange/onnx_trees.h"

namespace serin {
namespace {

using SharedValue = std::shared_ptr<const OnnxValue>;

// Bytes, about, that all values of a graph may take together: nodes that double what they are given
// would otherwise need few bytes to fill any memory.
constexpr size_t kMaxBytes = size_t{1} << 29;
constexpr size_t kNodeBytes = 20;
// With a transform of its own.
constexpr size_t kColumnBytes = 256;

size_t BytesOf(const OnnxScores& scores) {
  size_t nodes = 0;
  for (const internal::v1::Tree& tree : scores.predictor.trees().trees()) {
    nodes += tree.thresholds_size();
  }
  return scores.inputs.size() * kColumnBytes + nodes * kNodeBytes +
         scores.predictor.linear().weights_size() * sizeof(double);
}

// A value's own; layers that a network shares with the one before it were counted there.
size_t BytesOf(const OnnxValue& value) {
  if (const auto* columns = std::get_if<OnnxColumns>(&value)) {
    return columns->size() * kColumnBytes;
  }
  if (const auto* tensor = std::get_if<OnnxTensor>(&value)) return tensor->size() * sizeof(double);
  if (const auto* scores = std::get_if<OnnxScores>(&value)) return BytesOf(*scores);
  const auto& network = std::get<OnnxNetwork>(value);
  const size_t weights = network.layers.empty() ? 0 : network.layers.back()->weights.size();
  return network.inputs.size() * kColumnBytes + (network.layers.size() + weights) * sizeof(double);
}

// Columns of a value; 0 of a constant.
size_t WidthOf(const OnnxValue& value) {
  if (const auto* columns = std::get_if<OnnxColumns>(&value)) return columns->size();
  if (const auto* scores = std::get_if<OnnxScores>(&value)) {
    return static_cast<size_t>(std::max(scores->class_count, 1));
  }
  const auto* network = std::get_if<OnnxNetwork>(&value);
  if (network == nullptr) return 0;
  return network->layers.empty() ? network->inputs.size() : network->layers.back()->output_count();
}

class Evaluator {
 public:
  explicit Evaluator(const onnx::GraphProto& graph) : graph_(graph) {}

  absl::StatusOr<OnnxGraph> Run() {
    SERIN_ASSIGN_OR_RETURN(auto inputs, ReadOnnxInputs(graph_, &features_));
    for (auto& [name, columns] : inputs) SERIN_RETURN_IF_ERROR(Keep(name, std::move(columns)));
    for (const onnx::TensorProto& tensor : graph_.initializer())
      constants_[tensor.name()] = &tensor;
    for (const onnx::NodeProto& proto : graph_.node()) {
      const OnnxNode node(&proto);
      absl::StatusOr<SharedValue> value = Evaluate(node);
      if (absl::IsResourceExhausted(value.status())) return value.status();
      // Of the outputs of classifiers, label and scores, either stands for the scores.
      for (const std::string& output : proto.output()) values_.insert_or_assign(output, value);
    }
    return Answer();
  }

 private:
  absl::StatusOr<OnnxGraph> Answer() {
    if (graph_.output().empty()) return absl::InvalidArgumentError("ONNX model: has no output");
    const std::string& name = graph_.output(graph_.output_size() > 1 ? 1 : 0).name();
    SERIN_ASSIGN_OR_RETURN(const SharedValue value, Find(name));
    if (const auto* scores = std::get_if<OnnxScores>(value.get())) return Whole(*scores);
    if (const auto* network = std::get_if<OnnxNetwork>(value.get())) {
      SERIN_ASSIGN_OR_RETURN(const OnnxScores scores, EndRegression(*network));
      return Whole(scores);
    }
    return absl::UnimplementedError(absl::StrCat("ONNX model: output ", QuoteForError(name),
                                                 " is not what an estimator answers"));
  }

  absl::StatusOr<OnnxGraph> Whole(const OnnxScores& scores) const {
    if (!scores.complement) return OnnxGraph{features_, scores};
    return absl::UnimplementedError("ONNX model: the answer is the first class's share alone");
  }

  absl::StatusOr<SharedValue> Evaluate(const OnnxNode& node) {
    const std::string& op = node.op();
    if (op == "Constant") return ReadConstant(node);
    if (node.proto().input().empty()) return node.Invalid("has no input");
    SERIN_ASSIGN_OR_RETURN(const SharedValue first, Find(node.proto().input(0)));
    if (op == "Identity") return first;
    if (op == "Cast") return Cast(node, first);
    if (op == "Reshape" || op == "Flatten") return Reshape(node, first);
    if (op == "Concat" || op == "FeatureVectorizer") return Concat(node);
    if (op == "Add" || op == "Sub" || op == "Mul" || op == "Div") return Arithmetic(node, first);
    if (const auto* columns = std::get_if<OnnxColumns>(first.get())) {
      return OfColumns(node, *columns);
    }
    if (const auto* network = std::get_if<OnnxNetwork>(first.get())) {
      return OfNetwork(node, *network);
    }
    if (const auto* scores = std::get_if<OnnxScores>(first.get())) return OfScores(node, *scores);
    return node.Unimplemented("is not supported of constants");
  }

  // To a float, which numbers are anyway.
  static absl::StatusOr<SharedValue> Cast(const OnnxNode& node, const SharedValue& value) {
    const int64_t to = node.Integer("to", 0);
    if (to == onnx::TensorProto::FLOAT || to == onnx::TensorProto::DOUBLE) return value;
    return node.Unimplemented("is supported to float and double");
  }

  // What leaves rows and columns as they are.
  absl::StatusOr<SharedValue> Reshape(const OnnxNode& node, const SharedValue& value) {
    const size_t width = WidthOf(*value);
    if (node.op() == "Flatten" && node.Integer("axis", 1) == 1) return value;
    SERIN_ASSIGN_OR_RETURN(const OnnxTensor* shape, Constant(node, 1));
    const std::vector<double>& sizes = shape->numbers;
    if (width == 1 && !sizes.empty() && sizes.size() <= 2) return value;
    if (sizes.size() == 2 &&
        (sizes[1] == static_cast<double>(width) || (sizes[0] == 0 && sizes[1] == -1))) {
      return value;
    }
    return node.Unimplemented("to other rows and columns is not supported");
  }

  absl::StatusOr<SharedValue> OfColumns(const OnnxNode& node, const OnnxColumns& columns) {
    const std::string& op = node.op();
    if (op == "Scaler") {
      const std::vector<float> offsets = node.Floats("offset");
      const std::vector<float> scales = node.Floats("scale");
      return Share(ScaleColumns(node, columns, {offsets.begin(), offsets.end()},
                                {scales.begin(), scales.end()}));
    }
    if (op == "Imputer") return Share(ImputeColumns(node, columns));
    if (op == "OneHotEncoder") return Share(OneHotColumns(node, columns, &features_));
    if (op == "LabelEncoder") return Share(EncodeLabels(node, columns, features_));
    if (op == "ArrayFeatureExtractor" || op == "Gather") {
      SERIN_ASSIGN_OR_RETURN(const OnnxTensor* indexes, Constant(node, 1));
      return Share(SelectColumns(node, columns, *indexes));
    }
    if (op == "LinearClassifier" || op == "LinearRegressor") {
      return Share(ReadOnnxLinear(node, columns));
    }
    if (op == "TreeEnsembleClassifier" || op == "TreeEnsembleRegressor") {
      return Share(ReadOnnxTrees(node, columns));
    }
    if (op == "MatMul" || op == "Gemm") return Layer(node, NetworkOf(columns));
    return node.Unimplemented("is not supported of features");
  }

  absl::StatusOr<SharedValue> OfNetwork(const OnnxNode& node, const OnnxNetwork& network) {
    const std::string& op = node.op();
    if (op == "MatMul" || op == "Gemm") return Layer(node, network);
    if (op == "Relu" || op == "Tanh") return Share(AddActivation(node, network));
    if (op == "Sigmoid" || op == "Softmax") return Share(EndNetwork(node, network));
    return node.Unimplemented("is not supported in a network");
  }

  absl::StatusOr<SharedValue> OfScores(const OnnxNode& node, const OnnxScores& scores) {
    if (node.op() == "ZipMap") {
      OnnxScores named = scores;
      if (named.classes.empty()) named.classes = node.ClassLabels();
      return Share<OnnxScores>(std::move(named));
    }
    // Shares have a sum of 1.
    if (node.op() == "Normalizer" && node.Text("norm", "MAX") == "L1" && scores.class_count > 0) {
      return Share<OnnxScores>(scores);
    }
    return node.Unimplemented("is not supported of what an estimator answers");
  }

  absl::StatusOr<SharedValue> Layer(const OnnxNode& node, const OnnxNetwork& network) {
    if (node.Integer("transA", 0) != 0 || node.Float("alpha", 1) != 1 ||
        node.Float("beta", 1) != 1) {
      return node.Unimplemented("transA, alpha and beta are not supported");
    }
    SERIN_ASSIGN_OR_RETURN(const OnnxTensor* weights, Constant(node, 1));
    absl::StatusOr<OnnxNetwork> longer =
        AddLayer(node, network, *weights, node.Integer("transB", 0) != 0);
    if (!longer.ok() || node.op() != "Gemm" || node.proto().input_size() < 3) {
      return Share(std::move(longer));
    }
    SERIN_ASSIGN_OR_RETURN(const OnnxTensor* biases, Constant(node, 2));
    return Share(AddBiases(node, *longer, *biases));
  }

  // Of a value and a constant, in either order where that makes no difference.
  absl::StatusOr<SharedValue> Arithmetic(const OnnxNode& node, SharedValue first) {
    if (node.proto().input_size() != 2) return node.Invalid("must have two inputs");
    SERIN_ASSIGN_OR_RETURN(SharedValue second, Find(node.proto().input(1)));
    const bool commutes = node.op() == "Add" || node.op() == "Mul";
    if (commutes && std::holds_alternative<OnnxTensor>(*first)) std::swap(first, second);
    const auto* scores = std::get_if<OnnxScores>(second.get());
    if (node.op() == "Sub" && scores != nullptr) return Complement(node, *first, *scores);
    const auto* constant = std::get_if<OnnxTensor>(second.get());
    if (constant == nullptr) return node.Unimplemented("is supported with a constant");
    if (const auto* columns = std::get_if<OnnxColumns>(first.get())) {
      return Share(Scale(node, *columns, constant->numbers));
    }
    const auto* network = std::get_if<OnnxNetwork>(first.get());
    if (network != nullptr && node.op() == "Add")
      return Share(AddBiases(node, *network, *constant));
    return node.Unimplemented("is not supported here");
  }

  static absl::StatusOr<OnnxColumns> Scale(const OnnxNode& node, const OnnxColumns& columns,
                                           std::vector<double> numbers) {
    if (node.op() == "Sub") return ScaleColumns(node, columns, numbers, {1});
    if (node.op() == "Mul") return ScaleColumns(node, columns, {0}, numbers);
    for (double& number : numbers) number = node.op() == "Add" ? -number : 1 / number;
    return node.op() == "Add" ? ScaleColumns(node, columns, numbers, {1})
                              : ScaleColumns(node, columns, {0}, numbers);
  }

  // 1 - p, the share of the first of two classes.
  absl::StatusOr<SharedValue> Complement(const OnnxNode& node, const OnnxValue& one,
                                         const OnnxScores& scores) {
    const auto* constant = std::get_if<OnnxTensor>(&one);
    if (constant == nullptr || constant->numbers != std::vector<double>{1} ||
        scores.class_count != 2 || scores.complement) {
      return node.Unimplemented("is supported as 1 less the share of the second of two classes");
    }
    OnnxScores complement = scores;
    complement.complement = true;
    return Share<OnnxScores>(std::move(complement));
  }

  absl::StatusOr<SharedValue> Concat(const OnnxNode& node) {
    OnnxColumns all;
    const OnnxScores* first_share = nullptr;
    for (const std::string& input : node.proto().input()) {
      SERIN_ASSIGN_OR_RETURN(const SharedValue value, Find(input));
      const auto* scores = std::get_if<OnnxScores>(value.get());
      // 1 - p and p: both shares of two classes.
      if (scores != nullptr && first_share != nullptr && !scores->complement) return value;
      if (scores != nullptr && scores->complement) first_share = scores;
      const auto* columns = std::get_if<OnnxColumns>(value.get());
      if (scores == nullptr && columns == nullptr) {
        return node.Unimplemented("is supported of columns of features");
      }
      if (columns == nullptr) continue;
      if ((all.size() + columns->size()) * kColumnBytes > kMaxBytes - bytes_) {
        return TooLarge();
      }
      all.insert(all.end(), columns->begin(), columns->end());
    }
    if (all.empty()) return node.Unimplemented("is not supported of these");
    return Share<OnnxColumns>(std::move(all));
  }

  absl::StatusOr<SharedValue> ReadConstant(const OnnxNode& node) {
    for (const onnx::AttributeProto& attribute : node.proto().attribute()) {
      if (attribute.name() == "value") return Share(ReadOnnxTensor(attribute.t()));
    }
    return node.Unimplemented("is supported with a tensor as its value");
  }

  absl::StatusOr<const OnnxTensor*> Constant(const OnnxNode& node, int index) {
    if (node.proto().input_size() <= index) return node.Invalid("lacks an input");
    SERIN_ASSIGN_OR_RETURN(const SharedValue value, Find(node.proto().input(index)));
    const auto* tensor = std::get_if<OnnxTensor>(value.get());
    // Alive in values_.
    if (tensor != nullptr && tensor->texts.empty()) return tensor;
    return node.Unimplemented(absl::StrCat("input ", index, " must be a constant"));
  }

  absl::StatusOr<SharedValue> Find(const std::string& name) {
    if (const auto found = values_.find(name); found != values_.end()) return found->second;
    const auto constant = constants_.find(name);
    if (constant == constants_.end()) {
      return absl::InvalidArgumentError(absl::StrCat("ONNX model: ", QuoteForError(name),
                                                     " is used and not made by any node before"));
    }
    absl::StatusOr<SharedValue> value = Share(ReadOnnxTensor(*constant->second));
    values_.emplace(name, value);
    return value;
  }

  absl::Status Keep(const std::string& name, OnnxColumns columns) {
    SERIN_ASSIGN_OR_RETURN(SharedValue value, Share<OnnxColumns>(std::move(columns)));
    values_.emplace(name, std::move(value));
    return absl::OkStatus();
  }

  template <typename Value>
  absl::StatusOr<SharedValue> Share(absl::StatusOr<Value> value) {
    if (!value.ok()) return value.status();
    auto shared = std::make_shared<const OnnxValue>(*std::move(value));
    const size_t bytes = BytesOf(*shared);
    if (bytes > kMaxBytes - bytes_) return TooLarge();
    bytes_ += bytes;
    return SharedValue(std::move(shared));
  }

  static absl::Status TooLarge() {
    return absl::ResourceExhaustedError(
        absl::StrCat("ONNX model: its columns and weights take more than ", kMaxBytes, " bytes"));
  }

  const onnx::GraphProto& graph_;
  v1::Schema features_;
  absl::flat_hash_map<std::string, const onnx::TensorProto*> constants_;
  absl::flat_hash_map<std::string, absl::StatusOr<SharedValue>> values_;
  size_t bytes_ = 0;
};

}  // namespace

absl::StatusOr<OnnxGraph> ReadOnnxGraph(const onnx::GraphProto& graph) {
  return Evaluator(graph).Run();
}

}  // namespace serin
