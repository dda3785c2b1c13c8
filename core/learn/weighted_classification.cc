#include "core/learn/weighted_classification.h"

#include <algorithm>
#include <cmath>

#include "core/engine/log.h"
#include "core/learn/mean_of_areas.h"

namespace serin {
namespace {

constexpr double kMinProbability = 1e-15;

double LogLossOf(double probability) { return -Log(std::clamp(probability, kMinProbability, 1.0)); }

// Sum of the squares of what the probabilities are away from 1 for the true class and 0 else.
double BrierOf(const double* probabilities, size_t class_count, size_t actual) {
  double sum = 0;
  for (size_t c = 0; c < class_count; ++c) {
    const double difference = probabilities[c] - (c == actual ? 1 : 0);
    sum += difference * difference;
  }
  return sum;
}

double F1(double right, double actual, double predicted) {
  return right == 0 ? 0 : 2 * right / (actual + predicted);
}

}  // namespace

std::vector<size_t> PredictedClasses(const std::vector<double>& probabilities, size_t class_count) {
  std::vector<size_t> predicted;
  predicted.reserve(probabilities.size() / class_count);
  for (auto row = probabilities.begin(); row != probabilities.end();
       row += static_cast<ptrdiff_t>(class_count)) {
    predicted.push_back(std::max_element(row, row + static_cast<ptrdiff_t>(class_count)) - row);
  }
  return predicted;
}

Ranking RankClass(size_t c, const Predictions& predictions, size_t class_count) {
  std::vector<double> scores;
  std::vector<bool> positive;
  for (size_t row = 0; row < predictions.actual.size(); ++row) {
    scores.push_back(predictions.outputs[row * class_count + c]);
    positive.push_back(static_cast<size_t>(predictions.actual[row]) == c);
  }
  return Ranking(scores, positive);
}

WeightedClassification::WeightedClassification(const Predictions& predictions, size_t class_count,
                                               bool rank)
    : class_count_(class_count) {
  const std::vector<size_t> predicted = PredictedClasses(predictions.outputs, class_count);
  for (size_t row = 0; row < predicted.size(); ++row) {
    const auto actual = static_cast<size_t>(predictions.actual[row]);
    const double* probabilities = predictions.outputs.data() + row * class_count;
    rows_.push_back({static_cast<uint32_t>(actual), static_cast<uint32_t>(predicted[row]),
                     LogLossOf(probabilities[actual]),
                     BrierOf(probabilities, class_count, actual)});
  }
  if (!rank) return;
  for (size_t c = class_count == 2 ? 1 : 0; c < class_count; ++c) {
    rankings_.push_back(RankClass(c, predictions, class_count));
  }
}

std::vector<MetricValue> WeightedClassification::Measure(const RowWeights& weights) const {
  std::vector<ClassCount> counts(class_count_);
  double rows = 0;
  double log_loss = 0;
  double brier = 0;
  for (size_t i = 0; i < rows_.size(); ++i) {
    const uint32_t weight = weights[i];
    const Row& row = rows_[i];
    rows += weight;
    log_loss += weight * row.log_loss;
    brier += weight * row.brier;
    counts[row.actual].actual += weight;
    counts[row.predicted].predicted += weight;
    if (row.actual == row.predicted) counts[row.actual].right += weight;
  }
  const Shares shares = SharesOf(counts);
  MeanOfAreas roc;
  MeanOfAreas precision_recall;
  for (const Ranking& ranking : rankings_) {
    const Ranking::Areas areas = ranking.MeasureAreas(weights);
    roc.Add(areas.roc);
    precision_recall.Add(areas.precision_recall);
  }
  return {{"accuracy", shares.right / rows}, {"balanced_accuracy", shares.mean_recall},
          {"log_loss", log_loss / rows},     {"macro_f1", shares.mean_f1},
          {"brier", brier / rows},           {"roc_auc", roc.Get()},
          {"pr_auc", precision_recall.Get()}};
}

// Classes that no row has have nothing that could be recognised and are left out.
WeightedClassification::Shares WeightedClassification::SharesOf(
    const std::vector<ClassCount>& counts) {
  Shares shares;
  double present = 0;
  for (const ClassCount& count : counts) {
    if (count.actual == 0) continue;
    ++present;
    shares.right += count.right;
    shares.mean_recall += count.right / count.actual;
    shares.mean_f1 += F1(count.right, count.actual, count.predicted);
  }
  shares.mean_recall /= present;
  shares.mean_f1 /= present;
  return shares;
}

}  // namespace serin
