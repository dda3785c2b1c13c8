#include "core/engine/naive_bayes_engine.h"

#include <algorithm>
#include <cmath>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/memory_bytes.h"
#include "core/base/status_macros.h"
#include "core/engine/log.h"

namespace serin {
namespace {

constexpr double kTwoPi = 6.28318530717958647692;

// The least that one input adds to a score.
constexpr double kLeast = -1e290;

using Numbers = google::protobuf::RepeatedField<double>;

absl::Status Invalid(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("naive Bayes: ", what));
}

bool AllFinite(const Numbers& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); });
}

bool HasSize(const Numbers& numbers, size_t size) {
  return static_cast<size_t>(numbers.size()) == size;
}

absl::Status CheckGaussian(const internal::v1::NaiveBayesInput& input, size_t class_count) {
  if (!HasSize(input.means(), class_count) || !HasSize(input.variances(), class_count)) {
    return Invalid(absl::StrCat("an input has ", input.means_size(), " means and ",
                                input.variances_size(), " variances for ", class_count,
                                " classes"));
  }
  if (!AllFinite(input.means()) || !AllFinite(input.variances())) {
    return Invalid("a mean or variance is not finite");
  }
  if (*std::min_element(input.variances().begin(), input.variances().end()) <= 0) {
    return Invalid("a variance is not above 0");
  }
  return absl::OkStatus();
}

absl::Status CheckInput(const internal::v1::NaiveBayesInput& input, size_t class_count) {
  if (input.log_probabilities().empty()) return CheckGaussian(input, class_count);
  if (!input.means().empty() || !input.variances().empty()) {
    return Invalid("an input is both a number and a category");
  }
  if (input.log_probabilities_size() % class_count != 0) {
    return Invalid(absl::StrCat("an input has ", input.log_probabilities_size(),
                                " log probabilities for ", class_count, " classes"));
  }
  return AllFinite(input.log_probabilities()) ? absl::OkStatus()
                                              : Invalid("a log probability is not finite");
}

}  // namespace

absl::StatusOr<std::unique_ptr<const NaiveBayesEngine>> NaiveBayesEngine::Create(
    const internal::v1::NaiveBayesEstimator& message, size_t input_count, size_t class_count) {
  if (class_count == 0) return Invalid("is for classification");
  if (!HasSize(message.log_priors(), class_count)) {
    return Invalid(
        absl::StrCat(message.log_priors_size(), " log priors for ", class_count, " classes"));
  }
  if (!AllFinite(message.log_priors())) return Invalid("a log prior is not finite");
  if (static_cast<size_t>(message.inputs_size()) != input_count) {
    return Invalid(absl::StrCat(message.inputs_size(), " inputs for ", input_count));
  }
  for (const internal::v1::NaiveBayesInput& input : message.inputs()) {
    SERIN_RETURN_IF_ERROR(CheckInput(input, class_count));
  }
  return absl::WrapUnique(new NaiveBayesEngine(message));
}

NaiveBayesEngine::NaiveBayesEngine(const internal::v1::NaiveBayesEstimator& message)
    : log_priors_(message.log_priors().begin(), message.log_priors().end()) {
  for (const internal::v1::NaiveBayesInput& input : message.inputs()) {
    likelihoods_.push_back(MakeLikelihood(input, log_priors_.size()));
  }
}

NaiveBayesEngine::Likelihood NaiveBayesEngine::MakeLikelihood(
    const internal::v1::NaiveBayesInput& input, size_t class_count) {
  Likelihood likelihood;
  const auto& by_class = input.log_probabilities();
  likelihood.value_count = static_cast<size_t>(by_class.size()) / class_count;
  for (size_t value = 0; value < likelihood.value_count; ++value) {
    for (size_t c = 0; c < class_count; ++c) {
      const size_t at = c * likelihood.value_count + value;
      likelihood.log_probabilities.push_back(by_class[static_cast<int>(at)]);
    }
  }
  likelihood.means.assign(input.means().begin(), input.means().end());
  for (const double variance : input.variances()) {
    likelihood.precisions.push_back(0.5 / variance);
    likelihood.constants.push_back(-0.5 * (Log(kTwoPi) + Log(variance)));
  }
  return likelihood;
}

void NaiveBayesEngine::AddNumber(const Likelihood& likelihood, double x, double* scores) const {
  for (size_t c = 0; c < log_priors_.size(); ++c) {
    const double distance = x - likelihood.means[c];
    const double log_density =
        likelihood.constants[c] - distance * distance * likelihood.precisions[c];
    scores[c] += std::max(log_density, kLeast);
  }
}

void NaiveBayesEngine::AddCategory(const Likelihood& likelihood, double x, double* scores) const {
  if (!(x >= 0 && x < static_cast<double>(likelihood.value_count))) return;
  const double* of_value =
      likelihood.log_probabilities.data() + static_cast<size_t>(x) * log_priors_.size();
  for (size_t c = 0; c < log_priors_.size(); ++c) scores[c] += std::max(of_value[c], kLeast);
}

size_t NaiveBayesEngine::memory_bytes() const {
  size_t bytes = sizeof(*this) + HeapBytes(log_priors_) + HeapBytes(likelihoods_);
  for (const Likelihood& input : likelihoods_) {
    bytes += HeapBytes(input.means) + HeapBytes(input.precisions) + HeapBytes(input.constants) +
             HeapBytes(input.log_probabilities);
  }
  return bytes;
}

void NaiveBayesEngine::Score(const double* inputs, size_t row_count, double* margins) const {
  std::vector<double> scores(log_priors_.size());
  for (size_t row = 0; row < row_count; ++row) {
    scores = log_priors_;
    for (const Likelihood& likelihood : likelihoods_) {
      const double x = *inputs++;
      if (std::isnan(x)) continue;
      if (likelihood.value_count > 0) {
        AddCategory(likelihood, x, scores.data());
      } else {
        AddNumber(likelihood, x, scores.data());
      }
    }
    if (scores.size() == 2) {
      *margins++ = scores[1] - scores[0];
    } else {
      margins = std::copy(scores.begin(), scores.end(), margins);
    }
  }
}

}  // namespace serin
