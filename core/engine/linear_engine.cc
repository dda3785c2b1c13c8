#include "core/engine/linear_engine.h"

#include <algorithm>
#include <cmath>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace serin {
namespace {

absl::Status Invalid(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("linear: ", what));
}

bool AllFinite(const google::protobuf::RepeatedField<double>& numbers) {
  return std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); });
}

}  // namespace

absl::StatusOr<std::unique_ptr<const LinearEngine>> LinearEngine::Create(
    const internal::v1::LinearEstimator& message, size_t input_count, size_t margin_count) {
  if (static_cast<size_t>(message.intercepts_size()) != margin_count) {
    return Invalid(
        absl::StrCat(message.intercepts_size(), " intercepts for ", margin_count, " outputs"));
  }
  if (static_cast<size_t>(message.weights_size()) != margin_count * input_count) {
    return Invalid(absl::StrCat(message.weights_size(), " weights for ", margin_count,
                                " outputs of ", input_count, " inputs"));
  }
  if (!AllFinite(message.weights()) || !AllFinite(message.intercepts())) {
    return Invalid("a weight or intercept is not finite");
  }
  return absl::WrapUnique(new LinearEngine(message, input_count));
}

LinearEngine::LinearEngine(const internal::v1::LinearEstimator& message, size_t input_count)
    : input_count_(input_count),
      weights_(message.weights().begin(), message.weights().end()),
      intercepts_(message.intercepts().begin(), message.intercepts().end()) {}

void LinearEngine::Score(const double* inputs, size_t row_count, double* margins) const {
  for (size_t row = 0; row < row_count; ++row, inputs += input_count_) {
    for (size_t margin = 0; margin < margin_count(); ++margin) *margins++ = Margin(inputs, margin);
  }
}

double LinearEngine::Margin(const double* inputs, size_t margin) const {
  const double* weights = weights_.data() + margin * input_count_;
  double sum = intercepts_[margin];
  for (size_t i = 0; i < input_count_; ++i) sum += weights[i] * inputs[i];
  return sum;
}

}  // namespace serin
