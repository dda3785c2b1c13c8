#include "core/engine/mlp_engine.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/memory_bytes.h"
#include "core/base/status_macros.h"
#include "core/engine/mlp_activation.h"

namespace serin {
namespace {

using internal::v1::MlpEstimator;

absl::Status Invalid(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("mlp: ", what));
}

// Checks a layer with `inputs` inputs.
absl::Status CheckLayer(const internal::v1::MlpLayer& layer, int number, size_t inputs) {
  if (layer.biases().empty()) return Invalid(absl::StrCat("layer ", number, " has no outputs"));
  if (static_cast<size_t>(layer.weights_size()) !=
      static_cast<size_t>(layer.biases_size()) * inputs) {
    return Invalid(absl::StrCat("layer ", number, " has ", layer.weights_size(), " weights for ",
                                layer.biases_size(), " outputs of ", inputs, " inputs"));
  }
  for (const auto* numbers : {&layer.weights(), &layer.biases()}) {
    for (const float x : *numbers) {
      if (!(std::abs(x) <= kMlpLimit)) {
        return Invalid(absl::StrCat("layer ", number, " has a number beyond ", kMlpLimit));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status CheckScale(const MlpEstimator& message) {
  if (!std::isfinite(message.target_offset()) || !std::isfinite(message.target_scale())) {
    return Invalid("the target's offset or scale is not finite");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<const MlpEngine>> MlpEngine::Create(const MlpEstimator& message,
                                                                   size_t input_count,
                                                                   size_t class_count) {
  if (message.layers().empty()) return Invalid("has no layers");
  if (message.activation() != MlpEstimator::ACTIVATION_RELU &&
      message.activation() != MlpEstimator::ACTIVATION_TANH) {
    return Invalid("has no activation that this version of Serin knows");
  }
  size_t inputs = input_count;
  for (int i = 0; i < message.layers_size(); ++i) {
    SERIN_RETURN_IF_ERROR(CheckLayer(message.layers(i), i, inputs));
    inputs = static_cast<size_t>(message.layers(i).biases_size());
  }
  if (inputs != MarginsFor(class_count)) {
    return Invalid(absl::StrCat("the last layer has ", inputs, " outputs; the model has ",
                                MarginsFor(class_count)));
  }
  SERIN_RETURN_IF_ERROR(CheckScale(message));
  return absl::WrapUnique(new MlpEngine(message, input_count, class_count == 0));
}

MlpEngine::MlpEngine(const MlpEstimator& message, size_t input_count, bool regression)
    : activation_(message.activation()),
      input_count_(input_count),
      offset_(regression ? message.target_offset() : 0),
      scale_(regression ? message.target_scale() : 1) {
  size_t inputs = input_count;
  for (const internal::v1::MlpLayer& from : message.layers()) {
    const auto outputs = static_cast<size_t>(from.biases_size());
    Layer layer{std::vector<float>(inputs * outputs),
                std::vector<float>(from.biases().begin(), from.biases().end())};
    for (size_t output = 0; output < outputs; ++output) {
      for (size_t input = 0; input < inputs; ++input) {
        layer.weights[input * outputs + output] =
            from.weights(static_cast<int>(output * inputs + input));
      }
    }
    layers_.push_back(std::move(layer));
    inputs = outputs;
  }
}

void MlpEngine::AddUp(const Layer& layer, const std::vector<float>& inputs,
                      std::vector<float>* sums) {
  *sums = layer.biases;
  const float* weights = layer.weights.data();
  const size_t outputs = sums->size();
  for (const float x : inputs) {
    // Most inputs of one-hot columns and many rectified units are 0, which adds nothing.
    if (x != 0) {
      for (size_t i = 0; i < outputs; ++i) (*sums)[i] += weights[i] * x;
    }
    weights += outputs;
  }
}

double* MlpEngine::Finish(std::vector<float>* values, std::vector<float>* sums,
                          double* margins) const {
  for (size_t layer = 1; layer < layers_.size(); ++layer) {
    for (float& x : *values) x = Activate(activation_, x);
    AddUp(layers_[layer], *values, sums);
    std::swap(*values, *sums);
  }
  for (const float x : *values) *margins++ = offset_ + scale_ * static_cast<double>(x);
  return margins;
}

size_t MlpEngine::memory_bytes() const {
  size_t bytes = sizeof(*this) + HeapBytes(layers_);
  for (const Layer& layer : layers_) bytes += HeapBytes(layer.weights) + HeapBytes(layer.biases);
  return bytes;
}

void MlpEngine::Score(const double* inputs, size_t row_count, double* margins) const {
  std::vector<float> values;
  std::vector<float> sums;
  for (size_t row = 0; row < row_count; ++row, inputs += input_count_) {
    values.resize(input_count_);
    for (size_t i = 0; i < input_count_; ++i) values[i] = LimitToMlp(inputs[i]);
    AddUp(layers_[0], values, &sums);
    std::swap(values, sums);
    margins = Finish(&values, &sums, margins);
  }
}

void MlpEngine::ScoreRows(const TableRows& rows, EstimatorScratch* scratch, double* margins) const {
  const Layer& first = layers_.front();
  const size_t units = first.biases.size();
  std::vector<float>& of_block = scratch->of_block;
  of_block.resize(rows.count() * units);
  for (size_t row = 0; row < rows.count(); ++row) {
    std::copy(first.biases.begin(), first.biases.end(), of_block.begin() + row * units);
  }
  rows.pipeline.AddProducts<float>(rows.table, rows.binding, rows.begin, rows.end,
                                   {.weights = first.weights.data(),
                                    .width = units,
                                    .sums = of_block.data(),
                                    .limit = double{kMlpLimit}});
  for (auto row = of_block.begin(); row != of_block.end(); row += units) {
    scratch->values.assign(row, row + units);
    margins = Finish(&scratch->values, &scratch->sums, margins);
  }
}

}  // namespace serin
