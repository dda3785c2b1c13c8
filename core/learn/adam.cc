#include "core/learn/adam.h"

#include <cmath>

namespace serin {
namespace {

constexpr float kFirst = 0.9F;
constexpr float kSecond = 0.999F;
constexpr float kEpsilon = 1e-8F;

std::vector<MlpWeights> Zeros(const std::vector<MlpWeights>& like) {
  std::vector<MlpWeights> zeros;
  for (const MlpWeights& layer : like) {
    zeros.push_back({FloatMatrix::Zero(layer.weights.rows(), layer.weights.cols()),
                     Eigen::RowVectorXf::Zero(layer.biases.size())});
  }
  return zeros;
}

template <typename Numbers>
void Move(float rate, const Numbers& slopes, Numbers* means, Numbers* squares, Numbers* numbers) {
  *means = kFirst * *means + (1 - kFirst) * slopes;
  *squares = kSecond * *squares + (1 - kSecond) * slopes.cwiseAbs2();
  numbers->array() -= rate * means->array() / (squares->array().sqrt() + kEpsilon);
}

}  // namespace

Adam::Adam(double learning_rate, const std::vector<MlpWeights>& layers)
    : learning_rate_(learning_rate), means_(Zeros(layers)), squares_(Zeros(layers)) {}

void Adam::Step(const std::vector<MlpWeights>& derivatives, std::vector<MlpWeights>* layers) {
  first_decay_ *= kFirst;
  second_decay_ *= kSecond;
  const auto rate =
      static_cast<float>(learning_rate_ * std::sqrt(1 - second_decay_) / (1 - first_decay_));
  for (size_t i = 0; i < layers->size(); ++i) {
    MlpWeights& layer = (*layers)[i];
    Move(rate, derivatives[i].weights, &means_[i].weights, &squares_[i].weights, &layer.weights);
    Move(rate, derivatives[i].biases, &means_[i].biases, &squares_[i].biases, &layer.biases);
  }
}

}  // namespace serin
