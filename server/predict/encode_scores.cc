#include "server/predict/encode_scores.h"

#include <algorithm>

#include "absl/types/span.h"

namespace serin {
namespace {

void EncodeClasses(const internal::v1::Predictor& model, absl::Span<const double> probabilities,
                   v1::Prediction& out) {
  // max_element gives the first of equal ones.
  const auto best = std::max_element(probabilities.begin(), probabilities.end());
  out.set_label(model.classes(static_cast<int>(best - probabilities.begin())));
  out.mutable_probabilities()->Add(probabilities.begin(), probabilities.end());
}

void EncodeUnseen(const internal::v1::Predictor& model, const Scores& scores,
                  v1::PredictResponse* response) {
  for (const UnseenCategory& unseen : scores.unseen) {
    response->mutable_predictions(static_cast<int>(unseen.row))
        ->add_unseen_categories(model.features().columns(static_cast<int>(unseen.feature)).name());
  }
}

}  // namespace

void EncodeScores(const internal::v1::Predictor& model, const Scores& scores,
                  v1::PredictResponse* response) {
  const bool classifies = model.task() == v1::TASK_CLASSIFICATION;
  if (classifies) *response->mutable_classes() = model.classes();
  response->mutable_predictions()->Reserve(static_cast<int>(scores.row_count));
  for (size_t row = 0; row < scores.row_count; ++row) {
    v1::Prediction& prediction = *response->add_predictions();
    const absl::Span<const double> outputs(scores.values.data() + row * scores.output_count,
                                           scores.output_count);
    if (classifies) {
      EncodeClasses(model, outputs, prediction);
    } else {
      prediction.set_value(outputs[0]);
    }
  }
  EncodeUnseen(model, scores, response);
}

}  // namespace serin
