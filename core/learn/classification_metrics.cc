#include <cstdint>

#include "core/learn/mean_of_areas.h"
#include "core/learn/metrics.h"
#include "core/learn/weighted_metrics.h"

namespace serin {
namespace {

// Counts by true and predicted class, classes x classes, row by row.
std::vector<int64_t> Confuse(const Predictions& predictions, size_t class_count) {
  std::vector<int64_t> counts(class_count * class_count);
  const std::vector<size_t> predicted = PredictedClasses(predictions.outputs, class_count);
  for (size_t row = 0; row < predicted.size(); ++row) {
    ++counts[static_cast<size_t>(predictions.actual[row]) * class_count + predicted[row]];
  }
  return counts;
}

double Ratio(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

v1::ClassMetrics MeasureClass(size_t c, const std::vector<int64_t>& confusion,
                              const std::vector<std::string>& classes) {
  int64_t actual = 0;
  int64_t predicted = 0;
  for (size_t other = 0; other < classes.size(); ++other) {
    actual += confusion[c * classes.size() + other];
    predicted += confusion[other * classes.size() + c];
  }
  const int64_t right = confusion[c * classes.size() + c];
  v1::ClassMetrics metrics;
  metrics.set_class_(classes[c]);
  metrics.set_rows(actual);
  metrics.set_precision(Ratio(right, predicted));
  metrics.set_recall(Ratio(right, actual));
  metrics.set_f1(Ratio(2 * right, actual + predicted));
  return metrics;
}

// Class by class, for the rankings of many classes together take much memory.
void AddAreas(const Predictions& predictions, size_t class_count,
              v1::ClassificationMetrics* metrics) {
  const RowWeights once(predictions.actual.size(), 1);
  MeanOfAreas roc;
  MeanOfAreas precision_recall;
  for (size_t c = class_count == 2 ? 1 : 0; c < class_count; ++c) {
    const Ranking::Areas areas = RankClass(c, predictions, class_count).MeasureAreas(once);
    roc.Add(areas.roc);
    precision_recall.Add(areas.precision_recall);
  }
  if (roc.Get().has_value()) metrics->set_roc_auc(*roc.Get());
  if (precision_recall.Get().has_value()) metrics->set_pr_auc(*precision_recall.Get());
}

}  // namespace

v1::ClassificationMetrics MeasureClassification(const Predictions& predictions,
                                                const std::vector<std::string>& classes) {
  v1::ClassificationMetrics metrics;
  const RowWeights once(predictions.actual.size(), 1);
  SetMetrics(MakeWeightedMetrics(predictions, classes.size(), /*rank=*/false)->Measure(once),
             &metrics);
  AddAreas(predictions, classes.size(), &metrics);
  const std::vector<int64_t> confusion = Confuse(predictions, classes.size());
  metrics.mutable_confusion_matrix()->mutable_classes()->Add(classes.begin(), classes.end());
  metrics.mutable_confusion_matrix()->mutable_counts()->Add(confusion.begin(), confusion.end());
  for (size_t c = 0; c < classes.size(); ++c) {
    *metrics.add_classes() = MeasureClass(c, confusion, classes);
  }
  return metrics;
}

std::optional<double> RocAuc(const std::vector<double>& scores, const std::vector<bool>& positive) {
  return Ranking(scores, positive).MeasureAreas(RowWeights(scores.size(), 1)).roc;
}

}  // namespace serin
