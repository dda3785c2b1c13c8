#include "core/learn/mlp_network.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/engine/mlp_activation.h"

namespace serin {
namespace {

using internal::v1::MlpEstimator;

// Uniform in [-bound, bound), the same on every platform.
float Draw(double bound, Random* random) {
  const double unit = static_cast<double>((*random)() >> 11) * 0x1p-53;
  return static_cast<float>((2 * unit - 1) * bound);
}

}  // namespace

MlpNetwork::MlpNetwork(MlpEstimator::Activation activation, const std::vector<int>& widths,
                       Random* random)
    : activation_(activation), values_(widths.size()) {
  for (size_t i = 0; i + 1 < widths.size(); ++i) {
    MlpWeights layer{FloatMatrix(widths[i + 1], widths[i]),
                     Eigen::RowVectorXf::Zero(widths[i + 1])};
    const double bound = std::sqrt(6.0 / (widths[i] + widths[i + 1]));
    for (float& weight : layer.weights.reshaped<Eigen::RowMajor>()) weight = Draw(bound, random);
    layers_.push_back(std::move(layer));
  }
}

const FloatMatrix& MlpNetwork::Forward(const FloatMatrix& inputs) {
  values_[0] = inputs;
  for (size_t i = 0; i < layers_.size(); ++i) {
    FloatMatrix& outputs = values_[i + 1];
    outputs.noalias() = values_[i] * layers_[i].weights.transpose();
    outputs.rowwise() += layers_[i].biases;
    if (i + 1 == layers_.size()) break;
    outputs = outputs.unaryExpr([this](float x) { return Activate(activation_, x); });
  }
  return values_.back();
}

// Both derivatives can be told from what the units gave.
FloatMatrix MlpNetwork::ActivationSlopes(const FloatMatrix& activated) const {
  if (activation_ == MlpEstimator::ACTIVATION_TANH) return 1 - activated.array().square();
  return (activated.array() > 0 && activated.array() < kMlpLimit).cast<float>();
}

std::vector<MlpWeights> MlpNetwork::Derivatives(FloatMatrix output_slopes) const {
  std::vector<MlpWeights> derivatives(layers_.size());
  FloatMatrix slopes = std::move(output_slopes);
  for (size_t i = layers_.size(); i-- > 0;) {
    derivatives[i].weights.noalias() = slopes.transpose() * values_[i];
    derivatives[i].biases = slopes.colwise().sum();
    if (i == 0) break;
    FloatMatrix before = slopes * layers_[i].weights;
    slopes = before.cwiseProduct(ActivationSlopes(values_[i]));
  }
  return derivatives;
}

double MlpNetwork::SquaredWeights() const {
  double sum = 0;
  for (const MlpWeights& layer : layers_) {
    for (const float weight : layer.weights.reshaped<Eigen::RowMajor>()) {
      sum += static_cast<double>(weight) * weight;
    }
  }
  return sum;
}

void MlpNetwork::Export(MlpEstimator* estimator) const {
  estimator->set_activation(activation_);
  for (const MlpWeights& layer : layers_) {
    internal::v1::MlpLayer& to = *estimator->add_layers();
    to.mutable_weights()->Add(layer.weights.data(), layer.weights.data() + layer.weights.size());
    to.mutable_biases()->Add(layer.biases.begin(), layer.biases.end());
  }
}

}  // namespace serin
