#include "core/learn/bootstrap.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "core/base/parallel.h"
#include "core/base/random_bits.h"
#include "core/learn/sorted_quantile.h"
#include "core/learn/training_threads.h"
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
RowWeights Resample(size_t rows, RandomBits* random) {
  RowWeights weights(rows);
  for (size_t i = 0; i < rows; ++i) ++weights[random->Below(static_cast<uint32_t>(rows))];
  return weights;
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
  const auto count = static_cast<size_t>(samples);
  std::vector<std::vector<MetricValue>> measured(count);
  ParallelFor(count, TrainingThreads(rows * count), [&](size_t sample) {
    RandomBits random(MixBits(seed) + sample);
    measured[sample] = metrics->Measure(Resample(rows, &random));
    return absl::OkStatus();
  }).IgnoreError();
  std::vector<v1::ConfidenceInterval> intervals;
  for (size_t metric = 0; metric < measured[0].size(); ++metric) {
    std::vector<double> values;
    for (const std::vector<MetricValue>& each : measured) {
      if (each[metric].value.has_value()) values.push_back(*each[metric].value);
    }
    if (2 * values.size() < count) continue;
    intervals.push_back(IntervalOf(measured[0][metric].name, std::move(values)));
  }
  return intervals;
}

}  // namespace serin
