#include "core/learn/weighted_regression.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace serin {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Weighted sums over the rows.
struct Sums {
  double rows = 0;
  double squares = 0;
  double absolutes = 0;
  double centred = 0;
  double centred_squares = 0;
  double relatives = 0;
  double relative_rows = 0;
  double least = kInfinity;
  double greatest = -kInfinity;
};

std::optional<double> R2(const Sums& sums) {
  if (sums.least == sums.greatest) return std::nullopt;
  const double total = sums.centred_squares - sums.centred * sums.centred / sums.rows;
  return total > 0 ? std::optional<double>(1 - sums.squares / total) : std::nullopt;
}

}  // namespace

WeightedRegression::WeightedRegression(const Predictions& predictions) {
  const std::vector<double>& actual = predictions.actual;
  const double mean =
      std::accumulate(actual.begin(), actual.end(), 0.0) / static_cast<double>(actual.size());
  for (size_t row = 0; row < actual.size(); ++row) {
    const double residual = actual[row] - predictions.outputs[row];
    const bool relatively = actual[row] != 0;
    rows_.push_back({residual, actual[row] - mean,
                     relatively ? std::abs(residual / actual[row]) : 0, relatively});
  }
}

std::vector<MetricValue> WeightedRegression::Measure(const RowWeights& weights) const {
  Sums sums;
  for (size_t i = 0; i < rows_.size(); ++i) {
    if (weights[i] == 0) continue;
    const double weight = weights[i];
    const Row& row = rows_[i];
    sums.rows += weight;
    sums.squares += weight * row.residual * row.residual;
    sums.absolutes += weight * std::abs(row.residual);
    sums.centred += weight * row.centred;
    sums.centred_squares += weight * row.centred * row.centred;
    sums.relatives += weight * row.relative;
    sums.relative_rows += row.counts_relatively ? weight : 0;
    sums.least = std::min(sums.least, row.centred);
    sums.greatest = std::max(sums.greatest, row.centred);
  }
  std::optional<double> mape;
  if (sums.relative_rows > 0) mape = sums.relatives / sums.relative_rows;
  return {{"rmse", std::sqrt(sums.squares / sums.rows)},
          {"mae", sums.absolutes / sums.rows},
          {"r2", R2(sums)},
          {"mape", mape}};
}

}  // namespace serin
