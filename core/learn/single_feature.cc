#include "core/learn/single_feature.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/base/random_bits.h"
#include "core/learn/weighted_metrics.h"

namespace serin {
namespace {

constexpr size_t kMaxRows = 4'000;
constexpr size_t kBins = 32;

// Entries of Labels::rows.
std::vector<size_t> SampleEvenly(size_t count) {
  const size_t taken = std::min(count, kMaxRows);
  std::vector<size_t> sample;
  for (size_t i = 0; i < taken; ++i) sample.push_back(i * count / taken);
  return sample;
}

// Numbers below the first edge are in bin 1, and so on; missing ones in bin 0.
std::vector<size_t> BinNumbers(const std::vector<double>& numbers) {
  std::vector<double> sorted;
  std::copy_if(numbers.begin(), numbers.end(), std::back_inserter(sorted),
               [](double x) { return !std::isnan(x); });
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> edges;
  for (size_t bin = 1; bin < kBins && !sorted.empty(); ++bin) {
    edges.push_back(sorted[bin * sorted.size() / kBins]);
  }
  std::vector<size_t> bins;
  for (const double x : numbers) {
    const auto above = std::upper_bound(edges.begin(), edges.end(), x) - edges.begin();
    bins.push_back(std::isnan(x) ? 0 : 1 + static_cast<size_t>(above));
  }
  return bins;
}

// One feature and the target in the rows that are looked at.
struct Pairs {
  std::vector<double> numbers;  // Empty for a category.
  std::vector<size_t> bins;
  size_t bin_count = 0;
  std::vector<double> targets;
};

Pairs PairsOf(const ColumnData& feature, const Labels& labels) {
  Pairs pairs;
  for (const size_t i : SampleEvenly(labels.rows.size())) {
    const size_t row = labels.rows[i];
    pairs.targets.push_back(labels.values[i]);
    if (feature.is_string()) {
      pairs.bins.push_back(static_cast<size_t>(feature.codes[row] + 1));
    } else {
      pairs.numbers.push_back(feature.numbers[row]);
    }
  }
  if (!feature.is_string()) pairs.bins = BinNumbers(pairs.numbers);
  pairs.bin_count = feature.is_string() ? feature.dictionary.size() + 1 : kBins + 1;
  return pairs;
}

// Which half of the rows one belongs to: by chance, for rows may alternate.
bool InSecondHalf(size_t i) { return (MixBits(i) & 1) != 0; }

// What bins say that was learned from some rows: the shares of the classes, or the mean. What a bin
// without rows says is said by the last one, which has all of them.
class BinMeans {
 public:
  BinMeans(size_t bin_count, size_t class_count)
      : all_(bin_count),
        class_count_(class_count),
        width_(std::max<size_t>(class_count, 1)),
        sums_((bin_count + 1) * width_),
        rows_(bin_count + 1) {}

  void Learn(size_t bin, double target) {
    for (const size_t each : {bin, all_}) {
      ++rows_[each];
      if (class_count_ == 0) {
        sums_[each] += target;
      } else {
        ++sums_[each * width_ + static_cast<size_t>(target)];
      }
    }
  }

  void Say(size_t bin, double* out) const {
    const size_t known = rows_[bin] > 0 ? bin : all_;
    for (size_t k = 0; k < width_; ++k) {
      out[k] = rows_[known] > 0 ? sums_[known * width_ + k] / rows_[known] : 0;
    }
  }

 private:
  const size_t all_;
  const size_t class_count_;
  const size_t width_;
  std::vector<double> sums_;
  std::vector<double> rows_;
};

// What each row's bin says, learned from the rows of the other half.
std::vector<double> PredictByBins(const Pairs& pairs, size_t class_count) {
  const size_t width = std::max<size_t>(class_count, 1);
  std::vector<double> outputs(pairs.targets.size() * width);
  for (const bool half : {false, true}) {
    BinMeans means(pairs.bin_count, class_count);
    for (size_t i = 0; i < pairs.targets.size(); ++i) {
      if (InSecondHalf(i) != half) means.Learn(pairs.bins[i], pairs.targets[i]);
    }
    for (size_t i = 0; i < pairs.targets.size(); ++i) {
      if (InSecondHalf(i) == half) means.Say(pairs.bins[i], outputs.data() + i * width);
    }
  }
  return outputs;
}

// 0 where one of them is constant.
double SquaredCorrelation(const std::vector<double>& x, const std::vector<double>& y) {
  double n = 0, mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(x[i])) continue;
    ++n;
    const double dx = x[i] - mean_x;
    const double dy = y[i] - mean_y;
    mean_x += dx / n;
    mean_y += dy / n;
    xx += dx * (x[i] - mean_x);
    yy += dy * (y[i] - mean_y);
    xy += dx * (y[i] - mean_y);
  }
  const double squared = xy / xx * (xy / yy);
  return 2 * n >= static_cast<double>(x.size()) && std::isfinite(squared) ? squared : 0;
}

}  // namespace

double SingleFeatureScore(const ColumnData& feature, const Labels& labels) {
  const Pairs pairs = PairsOf(feature, labels);
  const size_t classes = labels.classes.size();
  const Predictions predictions{PredictByBins(pairs, classes), pairs.targets};
  if (classes == 2)
    return RankClass(1, predictions, 2)
        .MeasureAreas(RowWeights(pairs.targets.size(), 1))
        .roc.value_or(0);
  const std::vector<MetricValue> metrics = MakeWeightedMetrics(predictions, classes, /*rank=*/false)
                                               ->Measure(RowWeights(pairs.targets.size(), 1));
  const absl::string_view name = classes == 0 ? "r2" : "balanced_accuracy";
  const auto it = std::find_if(metrics.begin(), metrics.end(),
                               [&](const MetricValue& metric) { return metric.name == name; });
  const double by_bins = it == metrics.end() ? 0 : it->value.value_or(0);
  if (classes > 0) return by_bins;
  return std::max(by_bins, SquaredCorrelation(pairs.numbers, pairs.targets));
}

}  // namespace serin
