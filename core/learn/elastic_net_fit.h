#ifndef SERIN_CORE_LEARN_ELASTIC_NET_FIT_H_
#define SERIN_CORE_LEARN_ELASTIC_NET_FIT_H_

#include "absl/status/status.h"
#include "core/learn/algorithm.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

struct ElasticNetOptions {
  double alpha;
  double l1_ratio;
  int max_iterations;
};

// Minimises what elastic_net.h says. It ends when the duality gap is below 1e-10 of the targets'
// variance and a pass changes no prediction by more than 1e-7 of their standard deviation, or after
// max_iterations passes. The sink hears of every tenth pass, with the objective.
absl::Status FitElasticNet(const TrainingSet& data, const ElasticNetOptions& options,
                           const IterationSink& sink, internal::v1::LinearEstimator* linear);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_ELASTIC_NET_FIT_H_
