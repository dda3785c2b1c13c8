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

// The one number that changes when 0 is added to it. A sum is it only if all that was added up is.
bool IsNegativeZero(double x) { return x == 0 && std::signbit(x); }

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
      intercepts_(message.intercepts().begin(), message.intercepts().end()),
      zeros_count_(std::any_of(intercepts_.begin(), intercepts_.end(), &IsNegativeZero)) {
  weights_.reserve(static_cast<size_t>(message.weights_size()));
  for (size_t input = 0; input < input_count; ++input) {
    for (size_t margin = 0; margin < margin_count(); ++margin) {
      weights_.push_back(message.weights(static_cast<int>(margin * input_count + input)));
    }
  }
}

void LinearEngine::Score(const double* inputs, size_t row_count, double* margins) const {
  const size_t width = margin_count();
  for (size_t row = 0; row < row_count; ++row, inputs += input_count_, margins += width) {
    std::copy(intercepts_.begin(), intercepts_.end(), margins);
    const double* weights = weights_.data();
    for (size_t input = 0; input < input_count_; ++input, weights += width) {
      for (size_t i = 0; i < width; ++i) margins[i] += weights[i] * inputs[input];
    }
  }
}

void LinearEngine::ScoreRows(const TableRows& rows, EstimatorScratch* scratch,
                             double* margins) const {
  if (zeros_count_) return Estimator::ScoreRows(rows, scratch, margins);
  double* sums = margins;
  for (size_t row = rows.begin; row < rows.end; ++row) {
    sums = std::copy(intercepts_.begin(), intercepts_.end(), sums);
  }
  rows.pipeline.AddProducts<double>(
      rows.table, rows.binding, rows.begin, rows.end,
      {.weights = weights_.data(), .width = margin_count(), .sums = margins});
}

}  // namespace serin
