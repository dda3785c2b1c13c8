#include "core/learn/curves.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "core/learn/weighted_metrics.h"

namespace serin {
namespace {

constexpr size_t kMaxRocPoints = 101;
constexpr int64_t kCalibrationBins = 10;

// Evenly spaced entries of `count`, the first and the last among them.
std::vector<size_t> ThinOut(size_t count) {
  const size_t kept = std::min(count, kMaxRocPoints);
  std::vector<size_t> indexes;
  for (size_t i = 0; i < kept; ++i)
    indexes.push_back(i * (count - 1) / std::max<size_t>(kept - 1, 1));
  return indexes;
}

void AddRoc(const Ranking& ranking, v1::ClassCurves* curves) {
  std::vector<Ranking::Point> points = ranking.Points();
  points.insert(points.begin(), {std::numeric_limits<double>::infinity(), 0, 0});
  const auto positives = static_cast<double>(points.back().positives);
  const auto negatives = static_cast<double>(points.back().negatives);
  if (positives == 0 || negatives == 0) return;
  for (const size_t i : ThinOut(points.size())) {
    v1::RocPoint& point = *curves->add_roc();
    point.set_false_positive_rate(static_cast<double>(points[i].negatives) / negatives);
    point.set_true_positive_rate(static_cast<double>(points[i].positives) / positives);
    point.set_threshold(points[i].threshold);
  }
}

// The points of a ranking, with what lies above them.
class Bins {
 public:
  explicit Bins(const Ranking& ranking) : points_(ranking.Points()) {}

  size_t point_count() const { return points_.size(); }

  int64_t RowsAbove(size_t point) const { return Above(point).positives + Above(point).negatives; }

  // Of the points [begin, end).
  v1::CalibrationBin Bin(size_t begin, size_t end) const {
    double predicted = 0;
    for (size_t i = begin; i < end; ++i) {
      predicted += points_[i].threshold * static_cast<double>(RowsAbove(i + 1) - RowsAbove(i));
    }
    v1::CalibrationBin bin;
    bin.set_rows(RowsAbove(end) - RowsAbove(begin));
    bin.set_predicted(predicted / static_cast<double>(bin.rows()));
    bin.set_observed(static_cast<double>(Above(end).positives - Above(begin).positives) /
                     static_cast<double>(bin.rows()));
    return bin;
  }

 private:
  Ranking::Point Above(size_t point) const {
    return point == 0 ? Ranking::Point{0, 0, 0} : points_[point - 1];
  }

  const std::vector<Ranking::Point> points_;
};

// As many rows in each bin as can be without parting equal scores; the least probable first, which
// come last in a ranking.
void AddCalibration(const Ranking& ranking, v1::ClassCurves* curves) {
  const Bins bins(ranking);
  const int64_t rows = bins.RowsAbove(bins.point_count());
  size_t end = bins.point_count();
  for (int64_t left = kCalibrationBins - 1; left >= 0; --left) {
    size_t begin = end;
    while (bins.RowsAbove(begin) > rows * left / kCalibrationBins) --begin;
    if (begin < end) *curves->add_calibration() = bins.Bin(begin, end);
    end = begin;
  }
}

}  // namespace

void AddCurves(const Predictions& predictions, const std::vector<std::string>& classes,
               v1::ClassificationMetrics* metrics) {
  if (classes.size() > kMaxCurveClasses) return;
  for (size_t c = classes.size() == 2 ? 1 : 0; c < classes.size(); ++c) {
    const Ranking ranking = RankClass(c, predictions, classes.size());
    v1::ClassCurves& curves = *metrics->add_curves();
    curves.set_class_(classes[c]);
    AddRoc(ranking, &curves);
    AddCalibration(ranking, &curves);
  }
}

}  // namespace serin
