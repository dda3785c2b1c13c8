#include "core/interchange/onnx_value.h"

#include <algorithm>

namespace serin {
namespace {

size_t BytesOf(const std::vector<std::string>& texts) {
  size_t bytes = 0;
  for (const std::string& text : texts) bytes += sizeof(std::string) + text.size();
  return bytes;
}

size_t BytesOf(const OnnxScores& scores) {
  return scores.inputs.size() * kOnnxColumnBytes + scores.predictor.SpaceUsedLong() +
         BytesOf(scores.classes);
}

size_t BytesOf(const OnnxNetwork& network) {
  const size_t weights = network.layers.empty() ? 0 : network.layers.back()->weights.size();
  return network.inputs.size() * kOnnxColumnBytes +
         (network.layers.size() + weights) * sizeof(double);
}

}  // namespace

size_t BytesOf(const OnnxValue& value) {
  if (const auto* columns = std::get_if<OnnxColumns>(&value)) {
    return columns->size() * kOnnxColumnBytes;
  }
  if (const auto* tensor = std::get_if<OnnxTensor>(&value)) {
    return tensor->numbers.size() * sizeof(double) + BytesOf(tensor->texts);
  }
  if (const auto* scores = std::get_if<OnnxScores>(&value)) return BytesOf(*scores);
  return BytesOf(std::get<OnnxNetwork>(value));
}

size_t WidthOf(const OnnxNetwork& network) {
  return network.layers.empty() ? network.inputs.size() : network.layers.back()->output_count();
}

size_t WidthOf(const OnnxValue& value) {
  if (const auto* columns = std::get_if<OnnxColumns>(&value)) return columns->size();
  if (const auto* scores = std::get_if<OnnxScores>(&value)) {
    return static_cast<size_t>(std::max(scores->class_count, 1));
  }
  const auto* network = std::get_if<OnnxNetwork>(&value);
  return network == nullptr ? 0 : WidthOf(*network);
}

}  // namespace serin
