#ifndef SERIN_CORE_LEARN_MLP_NETWORK_H_
#define SERIN_CORE_LEARN_MLP_NETWORK_H_

#include <Eigen/Core>
#include <cstdint>
#include <vector>

#include "core/base/random.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

using FloatMatrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// A layer of a network, or the derivatives by its numbers.
struct MlpWeights {
  FloatMatrix weights;  // outputs x inputs
  Eigen::RowVectorXf biases;
};

// The network that MlpEngine computes, with its derivatives.
class MlpNetwork {
 public:
  // Layers of these widths, from the inputs to the outputs, with weights drawn uniformly within
  // sqrt(6 / (inputs + outputs)) of 0: Glorot and Bengio, "Understanding the difficulty of training
  // deep feedforward neural networks", AISTATS 2010.
  MlpNetwork(internal::v1::MlpEstimator::Activation activation, const std::vector<int>& widths,
             Random* random);

  // rows x inputs -> rows x outputs. Keeps what Derivatives needs.
  const FloatMatrix& Forward(const FloatMatrix& inputs);

  // The derivatives of a loss of which `output_slopes`, rows x outputs, are the derivatives by the
  // outputs of the last call of Forward. One per layer.
  std::vector<MlpWeights> Derivatives(FloatMatrix output_slopes) const;

  std::vector<MlpWeights>& layers() { return layers_; }
  const std::vector<MlpWeights>& layers() const { return layers_; }

  // Sum of the squares of all weights, not the biases.
  double SquaredWeights() const;

  void Export(internal::v1::MlpEstimator* estimator) const;

 private:
  FloatMatrix ActivationSlopes(const FloatMatrix& activated) const;

  internal::v1::MlpEstimator::Activation activation_;
  std::vector<MlpWeights> layers_;
  // The inputs of each layer, and at the end the outputs.
  std::vector<FloatMatrix> values_;
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_MLP_NETWORK_H_
