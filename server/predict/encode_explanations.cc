#include "server/predict/encode_explanations.h"

#include <cstddef>
#include <string>
#include <utility>

#include "server/predict/encode_scores.h"

namespace serin {
namespace {

// The class of an output; empty for regression.
std::string ClassOf(const internal::v1::Predictor& model, size_t output) {
  if (model.classes().empty()) return "";
  const bool second_of_two = model.classes_size() == 2;
  return model.classes(second_of_two ? 1 : static_cast<int>(output));
}

void EncodeOutputs(const internal::v1::Predictor& model, const Explanations& explanations,
                   size_t row, v1::Explanation* out) {
  const size_t outputs = explanations.bases.size();
  const auto features = static_cast<size_t>(model.features().columns_size());
  for (size_t output = 0; output < outputs; ++output) {
    const size_t place = row * outputs + output;
    const auto begin = static_cast<ptrdiff_t>(place * features);
    const auto end = begin + static_cast<ptrdiff_t>(features);
    v1::Contributions& contributions = *out->add_outputs();
    contributions.set_class_(ClassOf(model, output));
    contributions.set_base(explanations.bases[output]);
    contributions.set_score(explanations.scores[place]);
    contributions.mutable_contributions()->Add(explanations.contributions.begin() + begin,
                                               explanations.contributions.begin() + end);
    if (explanations.errors.empty()) continue;
    contributions.mutable_errors()->Add(explanations.errors.begin() + begin,
                                        explanations.errors.begin() + end);
  }
}

}  // namespace

v1::ExplainResponse EncodeExplanations(const internal::v1::Predictor& model,
                                       const Explanations& explanations) {
  v1::PredictResponse predictions;
  EncodeScores(model, explanations.predictions, &predictions);
  v1::ExplainResponse response;
  response.mutable_classes()->Swap(predictions.mutable_classes());
  for (const v1::ColumnSchema& feature : model.features().columns()) {
    response.add_features(feature.name());
  }
  response.set_method(explanations.method);
  response.set_scale(explanations.scale);
  for (int row = 0; row < predictions.predictions_size(); ++row) {
    v1::Explanation& explanation = *response.add_explanations();
    explanation.mutable_prediction()->Swap(predictions.mutable_predictions(row));
    EncodeOutputs(model, explanations, static_cast<size_t>(row), &explanation);
  }
  return response;
}

}  // namespace serin
