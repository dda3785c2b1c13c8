#include "core/learn/predictions.h"

#include <utility>

#include "core/base/status_macros.h"
#include "core/learn/metrics.h"

namespace serin {

void Predictions::Append(const Predictions& more) {
  outputs.insert(outputs.end(), more.outputs.begin(), more.outputs.end());
  actual.insert(actual.end(), more.actual.begin(), more.actual.end());
}

absl::StatusOr<Predictions> Predict(const Predictor& predictor, const Examples& examples,
                                    const std::vector<size_t>& indexes) {
  SERIN_ASSIGN_OR_RETURN(Scores scores, predictor.Score(TakeFeatures(examples, indexes)));
  return Predictions{std::move(scores.values), TakeValues(examples.labels, indexes)};
}

v1::Evaluation Measure(const Predictions& predictions, const Labels& labels) {
  v1::Evaluation evaluation;
  evaluation.set_holdout_rows(static_cast<int64_t>(predictions.actual.size()));
  if (labels.classes.empty()) {
    *evaluation.mutable_regression() = MeasureRegression(predictions);
  } else {
    *evaluation.mutable_classification() = MeasureClassification(predictions, labels.classes);
  }
  return evaluation;
}

}  // namespace serin
