#include "core/interchange/onnx_write_network.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/interchange/onnx_write_estimator.h"

namespace serin {
namespace {

using internal::v1::MlpEstimator;
using internal::v1::MlpLayer;

// Inputs x outputs, as MatMul has them, times `scale`.
std::vector<float> Transposed(const MlpLayer& layer, double scale) {
  const size_t outputs = layer.biases_size();
  const size_t inputs = static_cast<size_t>(layer.weights_size()) / outputs;
  std::vector<float> weights(inputs * outputs);
  for (size_t output = 0; output < outputs; ++output) {
    for (size_t input = 0; input < inputs; ++input) {
      weights[input * outputs + output] =
          static_cast<float>(layer.weights(static_cast<int>(output * inputs + input)) * scale);
    }
  }
  return weights;
}

// Writes (inputs * weights + biases) * scale + offset; returns its name.
std::string WriteLayer(const MlpLayer& layer, double scale, double offset,
                       const std::string& inputs, OnnxWriter* writer) {
  const int64_t outputs = layer.biases_size();
  std::vector<float> biases;
  for (const float bias : layer.biases()) {
    biases.push_back(static_cast<float>(bias * scale + offset));
  }
  const std::string weights =
      writer->Floats(Transposed(layer, scale), {layer.weights_size() / outputs, outputs});
  const std::string products = writer->NewName();
  writer->Node("MatMul", {inputs, weights}, {products});
  const std::string sums = writer->NewName();
  writer->Node("Add", {products, writer->Floats(biases, {outputs})}, {sums});
  return sums;
}

std::string WriteHiddenLayers(const MlpEstimator& mlp, std::string value, OnnxWriter* writer) {
  const char* const activation =
      mlp.activation() == MlpEstimator::ACTIVATION_RELU ? "Relu" : "Tanh";
  for (int i = 0; i + 1 < mlp.layers_size(); ++i) {
    const std::string sums = WriteLayer(mlp.layers(i), 1, 0, value, writer);
    value = writer->NewName();
    writer->Node(activation, {sums}, {value});
  }
  return value;
}

void WriteProbabilities(int class_count, const std::string& margins, OnnxWriter* writer) {
  if (class_count > 2) {
    writer->Node("Softmax", {margins}, {std::string(kOnnxProbability)}).Integer("axis", 1);
    return;
  }
  const std::string second = writer->NewName();
  writer->Node("Sigmoid", {margins}, {second});
  const std::string first = writer->NewName();
  writer->Node("Sub", {writer->Floats({1}, {1}), second}, {first});
  writer->Node("Concat", {first, second}, {std::string(kOnnxProbability)}).Integer("axis", 1);
}

void WriteLabels(const internal::v1::Predictor& predictor, OnnxWriter* writer) {
  const std::string index = writer->NewName();
  OnnxNodeWriter node = writer->Node("ArgMax", {std::string(kOnnxProbability)}, {index});
  node.Integer("axis", 1);
  node.Integer("keepdims", 0);
  const std::string labels = writer->NewName();
  writer->Node("ArrayFeatureExtractor", {writer->Strings(predictor.classes()), index}, {labels},
               /*ml=*/true);
  writer->Node("Reshape", {labels, writer->Integers({-1})}, {std::string(kOnnxLabel)});
}

}  // namespace

void WriteOnnxNetwork(const internal::v1::Predictor& predictor, const std::string& inputs,
                      OnnxWriter* writer) {
  const MlpEstimator& mlp = predictor.mlp();
  const std::string hidden = WriteHiddenLayers(mlp, inputs, writer);
  const MlpLayer& last = mlp.layers(mlp.layers_size() - 1);
  if (predictor.task() == v1::TASK_REGRESSION) {
    const std::string value =
        WriteLayer(last, mlp.target_scale(), mlp.target_offset(), hidden, writer);
    writer->Node("Identity", {value}, {std::string(kOnnxVariable)});
    return;
  }
  const std::string margins = WriteLayer(last, 1, 0, hidden, writer);
  WriteProbabilities(predictor.classes_size(), margins, writer);
  WriteLabels(predictor, writer);
}

}  // namespace serin
