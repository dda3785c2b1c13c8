#ifndef SERIN_CORE_LEARN_ADAM_H_
#define SERIN_CORE_LEARN_ADAM_H_

#include <vector>

#include "core/learn/mlp_network.h"

namespace serin {

// Steps along averages of gradients, each by the root of the average of its squares: Kingma and Ba,
// "Adam: a method for stochastic optimization", ICLR 2015, with their decay rates 0.9 and 0.999.
class Adam {
 public:
  Adam(double learning_rate, const std::vector<MlpWeights>& layers);

  // Moves the layers by one step. `derivatives` are those of the loss of one batch.
  void Step(const std::vector<MlpWeights>& derivatives, std::vector<MlpWeights>* layers);

 private:
  const double learning_rate_;
  // The decay rates to the power of the steps done.
  double first_decay_ = 1;
  double second_decay_ = 1;
  std::vector<MlpWeights> means_;
  std::vector<MlpWeights> squares_;
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_ADAM_H_
