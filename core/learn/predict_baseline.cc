#include "core/learn/predict_baseline.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace serin {
namespace {

std::vector<double> ConstantAnswer(const Labels& labels, const std::vector<size_t>& train) {
  std::vector<double> answer(std::max<size_t>(labels.classes.size(), 1));
  for (const size_t i : train) {
    if (labels.classes.empty()) {
      answer[0] += labels.values[i];
    } else {
      ++answer[static_cast<size_t>(labels.values[i])];
    }
  }
  for (double& value : answer) value /= static_cast<double>(train.size());
  return answer;
}

}  // namespace

Predictions PredictBaseline(const Labels& labels, const Split& split) {
  const std::vector<double> answer = ConstantAnswer(labels, split.train);
  Predictions predictions;
  predictions.actual = TakeValues(labels, split.holdout);
  for (size_t row = 0; row < split.holdout.size(); ++row) {
    predictions.outputs.insert(predictions.outputs.end(), answer.begin(), answer.end());
  }
  return predictions;
}

}  // namespace serin
