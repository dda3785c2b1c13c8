#include "core/learn/ranking.h"

#include <algorithm>
#include <numeric>

namespace serin {

Ranking::Ranking(const std::vector<double>& scores, const std::vector<bool>& positive) {
  std::vector<uint32_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
  });
  rows_.reserve(order.size());
  for (size_t i = 0; i < order.size(); ++i) {
    const double score = scores[order[i]];
    const bool last = i + 1 == order.size() || scores[order[i + 1]] != score;
    rows_.push_back({order[i], positive[order[i]], last});
    if (last) thresholds_.push_back(score);
  }
}

Ranking::Areas Ranking::MeasureAreas(const RowWeights& weights) const {
  int64_t positives = 0;
  int64_t negatives = 0;
  int64_t positives_before = 0;  // The threshold.
  int64_t negatives_before = 0;
  double pairs = 0;  // Won by the positive row, ties half.
  double precisions = 0;
  for (const Row& row : rows_) {
    (row.positive ? positives : negatives) += weights[row.index];
    if (!row.last) continue;
    const auto won = static_cast<double>(positives_before + positives) / 2;
    pairs += won * static_cast<double>(negatives - negatives_before);
    if (positives > positives_before) {
      precisions += static_cast<double>(positives - positives_before) *
                    static_cast<double>(positives) / static_cast<double>(positives + negatives);
    }
    positives_before = positives;
    negatives_before = negatives;
  }
  if (positives == 0 || negatives == 0) return {};
  return {pairs / (static_cast<double>(positives) * static_cast<double>(negatives)),
          precisions / static_cast<double>(positives)};
}

std::vector<Ranking::Point> Ranking::Points() const {
  std::vector<Point> points;
  Point point{0, 0, 0};
  for (const Row& row : rows_) {
    ++(row.positive ? point.positives : point.negatives);
    if (!row.last) continue;
    point.threshold = thresholds_[points.size()];
    points.push_back(point);
  }
  return points;
}

}  // namespace serin
