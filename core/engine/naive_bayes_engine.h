#ifndef SERIN_CORE_ENGINE_NAIVE_BAYES_ENGINE_H_
#define SERIN_CORE_ENGINE_NAIVE_BAYES_ENGINE_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "core/engine/estimator.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Log priors plus the log likelihoods of the inputs, which count as independent given the class,
// added in their order. What an input adds is limited to -1e290, so that no sum is infinite.
class NaiveBayesEngine final : public Estimator {
 public:
  // INVALID_ARGUMENT naming the input whose numbers do not fit the classes, or are not what they
  // can be.
  static absl::StatusOr<std::unique_ptr<const NaiveBayesEngine>> Create(
      const internal::v1::NaiveBayesEstimator& message, size_t input_count, size_t class_count);

  size_t margin_count() const override { return MarginsFor(log_priors_.size()); }
  void Score(const double* inputs, size_t row_count, double* margins) const override;
  size_t memory_bytes() const override;

 private:
  // Of one input.
  struct Likelihood {
    // Categories that an input is the index of; 0: a number.
    size_t value_count = 0;
    // Of a number, one per class: the density is e^(constant - (x - mean)^2 * precision).
    std::vector<double> means;
    std::vector<double> precisions;
    std::vector<double> constants;
    // Of a category: value_count x classes, row by row.
    std::vector<double> log_probabilities;
  };

  explicit NaiveBayesEngine(const internal::v1::NaiveBayesEstimator& message);

  static Likelihood MakeLikelihood(const internal::v1::NaiveBayesInput& input, size_t class_count);
  void AddNumber(const Likelihood& likelihood, double x, double* scores) const;
  void AddCategory(const Likelihood& likelihood, double x, double* scores) const;

  const std::vector<double> log_priors_;  // One per class.
  std::vector<Likelihood> likelihoods_;   // One per input.
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_NAIVE_BAYES_ENGINE_H_
