#include "core/learn/bootstrap.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/base/random_bits.h"
#include "core/learn/sorted_quantile.h"
#include "core/learn/weighted_metrics.h"

namespace serin {
namespace {

constexpr double kLevel = 0.95;
// Rows x rankings x resamples take time, rows x rankings memory.
constexpr double kMaxRankedRows = 2e9;
constexpr double kMaxKeptRows = 5e7;

bool CanRank(size_t rows, size_t class_count, int samples) {
  const double rankings = class_count == 2 ? 1 : static_cast<double>(class_count);
  const double kept = static_cast<double>(rows) * rankings;
  return kept <= kMaxKeptRows && kept * samples <= kMaxRankedRows;
}

// How often each row is drawn.
void Resample(RandomBits* random, RowWeights* weights) {
  std::fill(weights->begin(), weights->end(), 0);
  const auto rows = static_cast<uint32_t>(weights->size());
  for (uint32_t i = 0; i < rows; ++i) ++(*weights)[random->Below(rows)];
}

v1::ConfidenceInterval IntervalOf(const char* metric, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  v1::ConfidenceInterval interval;
  interval.set_metric(metric);
  interval.set_level(kLevel);
  interval.set_lower(SortedQuantile(values, (1 - kLevel) / 2));
  interval.set_upper(SortedQuantile(values, (1 + kLevel) / 2));
  return interval;
}

}  // namespace

std::vector<v1::ConfidenceInterval> BootstrapIntervals(const Predictions& predictions,
                                                       size_t class_count, int samples,
                                                       uint64_t seed) {
  if (samples == 0) return {};
  const size_t rows = predictions.actual.size();
  const std::unique_ptr<const WeightedMetrics> metrics =
      MakeWeightedMetrics(predictions, class_count, CanRank(rows, class_count, samples));
  RandomBits random(seed);
  RowWeights weights(rows);
  std::vector<const char*> names;
  std::vector<std::vector<double>> values;
  for (int sample = 0; sample < samples; ++sample) {
    Resample(&random, &weights);
    const std::vector<MetricValue> measured = metrics->Measure(weights);
    names.resize(measured.size());
    values.resize(measured.size());
    for (size_t i = 0; i < measured.size(); ++i) {
      names[i] = measured[i].name;
      if (measured[i].value.has_value()) values[i].push_back(*measured[i].value);
    }
  }
  std::vector<v1::ConfidenceInterval> intervals;
  for (size_t i = 0; i < names.size(); ++i) {
    if (2 * values[i].size() < static_cast<size_t>(samples)) continue;
    intervals.push_back(IntervalOf(names[i], std::move(values[i])));
  }
  return intervals;
}

}  // namespace serin
