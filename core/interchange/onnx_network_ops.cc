#include "core/interchange/onnx_network_ops.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

using internal::v1::MlpEstimator;

// A layer that gives one output, the difference of the second and the first.
OnnxLayer DifferenceOf(const OnnxLayer& layer) {
  OnnxLayer difference{layer.input_count, std::vector<double>(layer.input_count), {0}};
  for (size_t i = 0; i < layer.input_count; ++i) {
    difference.weights[i] = layer.weights[layer.input_count + i] - layer.weights[i];
  }
  difference.biases[0] = layer.biases[1] - layer.biases[0];
  return difference;
}

void SetEstimator(const OnnxNetwork& network, internal::v1::Predictor* predictor) {
  if (network.layers.size() == 1) {
    const OnnxLayer& layer = *network.layers[0];
    predictor->mutable_linear()->mutable_weights()->Assign(layer.weights.begin(),
                                                           layer.weights.end());
    predictor->mutable_linear()->mutable_intercepts()->Assign(layer.biases.begin(),
                                                              layer.biases.end());
    return;
  }
  MlpEstimator& mlp = *predictor->mutable_mlp();
  mlp.set_activation(network.activation);
  mlp.set_target_scale(1);
  for (const auto& layer : network.layers) {
    internal::v1::MlpLayer& made = *mlp.add_layers();
    made.mutable_weights()->Assign(layer->weights.begin(), layer->weights.end());
    made.mutable_biases()->Assign(layer->biases.begin(), layer->biases.end());
  }
}

absl::Status CheckWhole(const OnnxNetwork& network) {
  if (!network.layers.empty() && !network.activated) return absl::OkStatus();
  return absl::UnimplementedError(
      "ONNX model: a network that does not end with a layer is not supported");
}

}  // namespace

OnnxNetwork NetworkOf(const OnnxColumns& columns) {
  OnnxNetwork network;
  network.inputs = columns;
  return network;
}

absl::StatusOr<OnnxNetwork> AddLayer(const OnnxNode& node, const OnnxNetwork& network,
                                     const OnnxTensor& weights, bool transposed) {
  if (weights.shape.size() != 2 || !weights.texts.empty()) {
    return node.Unimplemented("weights other than a matrix are not supported");
  }
  const auto rows = static_cast<size_t>(weights.shape[0]);
  const auto columns = static_cast<size_t>(weights.shape[1]);
  const size_t inputs = transposed ? columns : rows;
  const size_t outputs = transposed ? rows : columns;
  if (inputs != WidthOf(network) || outputs == 0) {
    return node.Invalid(
        absl::StrCat("weights of ", rows, " x ", columns, " for ", WidthOf(network), " columns"));
  }
  if (!network.layers.empty() && !network.activated) {
    return node.Unimplemented("two layers without an activation between them are not supported");
  }
  auto layer = std::make_shared<OnnxLayer>();
  layer->input_count = inputs;
  layer->weights.resize(weights.numbers.size());
  for (size_t output = 0; output < outputs; ++output) {
    for (size_t input = 0; input < inputs; ++input) {
      layer->weights[output * inputs + input] =
          weights.numbers[transposed ? output * inputs + input : input * outputs + output];
    }
  }
  layer->biases.resize(outputs, 0);
  OnnxNetwork longer = network;
  longer.layers.push_back(std::move(layer));
  longer.activated = false;
  return longer;
}

absl::StatusOr<OnnxNetwork> AddBiases(const OnnxNode& node, const OnnxNetwork& network,
                                      const OnnxTensor& biases) {
  const size_t count = WidthOf(network);
  if (network.layers.empty() || network.activated) {
    return node.Unimplemented("is supported directly behind MatMul");
  }
  if (biases.numbers.size() != count && biases.numbers.size() != 1) {
    return node.Invalid(absl::StrCat(biases.numbers.size(), " numbers for ", count, " outputs"));
  }
  auto layer = std::make_shared<OnnxLayer>(*network.layers.back());
  for (size_t i = 0; i < count; ++i) {
    layer->biases[i] += biases.numbers[biases.numbers.size() == 1 ? 0 : i];
  }
  OnnxNetwork changed = network;
  changed.layers.back() = std::move(layer);
  return changed;
}

absl::StatusOr<OnnxNetwork> AddActivation(const OnnxNode& node, const OnnxNetwork& network) {
  const auto activation =
      node.op() == "Relu" ? MlpEstimator::ACTIVATION_RELU : MlpEstimator::ACTIVATION_TANH;
  if (network.layers.empty() || network.activated ||
      (network.activation != MlpEstimator::ACTIVATION_UNSPECIFIED &&
       network.activation != activation)) {
    return node.Unimplemented("is supported behind a layer, and as the only kind of activation");
  }
  OnnxNetwork changed = network;
  changed.activation = activation;
  changed.activated = true;
  return changed;
}

absl::StatusOr<OnnxScores> EndNetwork(const OnnxNode& node, const OnnxNetwork& network) {
  SERIN_RETURN_IF_ERROR(CheckWhole(network));
  const size_t outputs = WidthOf(network);
  const bool sigmoid = node.op() == "Sigmoid";
  if (sigmoid != (outputs == 1)) {
    return node.Unimplemented(absl::StrCat("over ", outputs, " outputs is not supported"));
  }
  OnnxScores scores;
  scores.inputs = network.inputs;
  scores.class_count = sigmoid ? 2 : static_cast<int>(outputs);
  scores.predictor.set_task(v1::TASK_CLASSIFICATION);
  OnnxNetwork margins = network;
  if (outputs == 2) {
    margins.layers.back() = std::make_shared<OnnxLayer>(DifferenceOf(*network.layers.back()));
  }
  SetEstimator(margins, &scores.predictor);
  return scores;
}

absl::StatusOr<OnnxScores> EndRegression(const OnnxNetwork& network) {
  SERIN_RETURN_IF_ERROR(CheckWhole(network));
  if (WidthOf(network) != 1) {
    return absl::UnimplementedError(absl::StrCat(
        "ONNX model: ", WidthOf(network),
        " outputs of a network without Softmax or Sigmoid are not supported; one value is"));
  }
  OnnxScores scores;
  scores.inputs = network.inputs;
  scores.predictor.set_task(v1::TASK_REGRESSION);
  SetEstimator(network, &scores.predictor);
  return scores;
}

}  // namespace serin
