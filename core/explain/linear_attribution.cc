#include "core/explain/linear_attribution.h"

#include <numeric>
#include <utility>

namespace serin {

LinearAttribution::LinearAttribution(const internal::v1::LinearEstimator& linear,
                                     std::vector<double> input_means)
    : weights_(linear.weights().begin(), linear.weights().end()),
      input_means_(std::move(input_means)),
      bases_(linear.intercepts().begin(), linear.intercepts().end()) {
  const double* weights = weights_.data();
  for (double& base : bases_) {
    base = std::inner_product(input_means_.begin(), input_means_.end(), weights, base);
    weights += input_means_.size();
  }
}

LinearAttribution::LinearAttribution(const internal::v1::ConstantEstimator& constant,
                                     size_t input_count)
    : weights_(constant.scores_size() * input_count),
      input_means_(input_count),
      bases_(constant.scores().begin(), constant.scores().end()) {}

void LinearAttribution::Explain(const double* inputs, double* margins,
                                double* contributions) const {
  const double* weight = weights_.data();
  for (const double base : bases_) {
    double margin = base;
    for (size_t i = 0; i < input_means_.size(); ++i) {
      *contributions = *weight++ * (inputs[i] - input_means_[i]);
      margin += *contributions++;
    }
    *margins++ = margin;
  }
}

}  // namespace serin
