#include "core/learn/metrics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace serin {
namespace {

constexpr double kMinProbability = 1e-15;

// Counts by true and predicted class.
class Confusion {
 public:
  Confusion(const std::vector<double>& probabilities, const std::vector<double>& actual,
            size_t class_count)
      : class_count_(class_count), counts_(class_count * class_count) {
    for (size_t row = 0; row < actual.size(); ++row) {
      const auto first = probabilities.begin() + static_cast<ptrdiff_t>(row * class_count);
      const size_t predicted = std::max_element(first, first + class_count) - first;
      ++counts_[static_cast<size_t>(actual[row]) * class_count + predicted];
    }
  }

  double Accuracy() const {
    int64_t right = 0;
    for (size_t c = 0; c < class_count_; ++c) right += count(c, c);
    return static_cast<double>(right) / std::accumulate(counts_.begin(), counts_.end(), 0.0);
  }

  // Classes without rows have no share that could be recognised and are left out.
  double BalancedAccuracy() const {
    double sum = 0;
    int present = 0;
    for (size_t c = 0; c < class_count_; ++c) {
      const auto first = counts_.begin() + static_cast<ptrdiff_t>(c * class_count_);
      const double rows = std::accumulate(first, first + class_count_, 0.0);
      if (rows == 0) continue;
      sum += static_cast<double>(count(c, c)) / rows;
      ++present;
    }
    return sum / present;
  }

  v1::ConfusionMatrix ToProto(const std::vector<std::string>& classes) const {
    v1::ConfusionMatrix matrix;
    matrix.mutable_classes()->Add(classes.begin(), classes.end());
    matrix.mutable_counts()->Add(counts_.begin(), counts_.end());
    return matrix;
  }

 private:
  int64_t count(size_t actual, size_t predicted) const {
    return counts_[actual * class_count_ + predicted];
  }

  const size_t class_count_;
  std::vector<int64_t> counts_;
};

double LogLoss(const std::vector<double>& probabilities, const std::vector<double>& actual,
               size_t class_count) {
  double sum = 0;
  for (size_t row = 0; row < actual.size(); ++row) {
    const double p = probabilities[row * class_count + static_cast<size_t>(actual[row])];
    sum -= std::log(std::clamp(p, kMinProbability, 1.0));
  }
  return sum / static_cast<double>(actual.size());
}

// One class against the rest.
std::optional<double> ClassAuc(size_t c, const std::vector<double>& probabilities,
                               const std::vector<double>& actual, size_t class_count) {
  std::vector<double> scores;
  std::vector<bool> positive;
  for (size_t row = 0; row < actual.size(); ++row) {
    scores.push_back(probabilities[row * class_count + c]);
    positive.push_back(static_cast<size_t>(actual[row]) == c);
  }
  return RocAuc(scores, positive);
}

std::optional<double> MeanAuc(const std::vector<double>& probabilities,
                              const std::vector<double>& actual, size_t class_count) {
  if (class_count == 2) return ClassAuc(1, probabilities, actual, class_count);
  double sum = 0;
  for (size_t c = 0; c < class_count; ++c) {
    const std::optional<double> auc = ClassAuc(c, probabilities, actual, class_count);
    if (!auc.has_value()) return std::nullopt;
    sum += *auc;
  }
  return sum / static_cast<double>(class_count);
}

// Sum of the ranks (from 1; equal scores share the mean of theirs) of the positives.
double PositiveRankSum(const std::vector<double>& scores, const std::vector<bool>& positive) {
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] < scores[b]; });
  double sum = 0;
  for (size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    size_t positives = 0;
    for (; end < order.size() && scores[order[end]] == scores[order[begin]]; ++end) {
      positives += positive[order[end]] ? 1 : 0;
    }
    sum += static_cast<double>(positives) * (static_cast<double>(begin + 1 + end) / 2);
  }
  return sum;
}

}  // namespace

v1::ClassificationMetrics MeasureClassification(const std::vector<double>& probabilities,
                                                const std::vector<double>& actual,
                                                const std::vector<std::string>& classes) {
  const Confusion confusion(probabilities, actual, classes.size());
  v1::ClassificationMetrics metrics;
  metrics.set_accuracy(confusion.Accuracy());
  metrics.set_balanced_accuracy(confusion.BalancedAccuracy());
  metrics.set_log_loss(LogLoss(probabilities, actual, classes.size()));
  const std::optional<double> auc = MeanAuc(probabilities, actual, classes.size());
  if (auc.has_value()) metrics.set_roc_auc(*auc);
  *metrics.mutable_confusion_matrix() = confusion.ToProto(classes);
  return metrics;
}

v1::RegressionMetrics MeasureRegression(const std::vector<double>& predicted,
                                        const std::vector<double>& actual) {
  const auto rows = static_cast<double>(actual.size());
  const double mean = std::accumulate(actual.begin(), actual.end(), 0.0) / rows;
  double squares = 0;
  double absolutes = 0;
  double total = 0;
  for (size_t row = 0; row < actual.size(); ++row) {
    const double residual = actual[row] - predicted[row];
    squares += residual * residual;
    absolutes += std::abs(residual);
    total += (actual[row] - mean) * (actual[row] - mean);
  }
  v1::RegressionMetrics metrics;
  metrics.set_rmse(std::sqrt(squares / rows));
  metrics.set_mae(absolutes / rows);
  const auto [min, max] = std::minmax_element(actual.begin(), actual.end());
  if (*min != *max) metrics.set_r2(1 - squares / total);
  return metrics;
}

// Mann and Whitney's U, divided by the number of pairs.
std::optional<double> RocAuc(const std::vector<double>& scores, const std::vector<bool>& positive) {
  const auto positives = static_cast<double>(std::count(positive.begin(), positive.end(), true));
  const double negatives = static_cast<double>(positive.size()) - positives;
  if (positives == 0 || negatives == 0) return std::nullopt;
  const double u = PositiveRankSum(scores, positive) - positives * (positives + 1) / 2;
  return u / (positives * negatives);
}

}  // namespace serin
