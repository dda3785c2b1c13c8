#ifndef SERIN_CORE_LEARN_MLP_FIT_H_
#define SERIN_CORE_LEARN_MLP_FIT_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "core/learn/algorithm.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

struct MlpOptions {
  std::vector<int> hidden_layers;
  internal::v1::MlpEstimator::Activation activation;
  double learning_rate;
  double l2;
  size_t batch_size;
  int max_epochs;
  int patience;
  double validation_share;
};

// Fits a network. After each epoch the sink hears of the mean losses; what is kept is the network
// of the epoch with the least loss on the validation rows (the training rows, where there are
// none). It ends after `patience` epochs that improve the least loss by less than 1e-4.
//
// INVALID_ARGUMENT on `hyperparameters.hidden_layers` with more than 10 million weights, on
// `target` for numbers too large to compute with.
absl::Status FitMlp(const TrainingSet& data, const MlpOptions& options, uint64_t seed,
                    const IterationSink& sink, internal::v1::MlpEstimator* estimator);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_MLP_FIT_H_
