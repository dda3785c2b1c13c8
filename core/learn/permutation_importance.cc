#include "core/learn/permutation_importance.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/base/parallel.h"
#include "core/base/random_bits.h"
#include "core/base/status_macros.h"
#include "core/engine/log.h"
#include "core/learn/split_strata.h"
#include "core/learn/training_threads.h"

namespace serin {
namespace {

constexpr size_t kMaxRowsPerFeature = 4'000;
constexpr size_t kMaxInputs = 2'000'000'000;
constexpr size_t kMinSampleRows = 30;
constexpr double kMinProbability = 1e-15;
// Features are taken in so many runs, each of which needs a copy of the rows.
constexpr size_t kRuns = 16;

// Rows that all shuffles of one feature in all splits may be predicted for.
size_t RowBudget(const Predictor& predictor, size_t features) {
  return std::min(kMaxRowsPerFeature,
                  kMaxInputs / std::max<size_t>(features * predictor.input_count(), 1));
}

// Log-loss, or the root of the mean squared error.
double LossOf(const std::vector<double>& outputs, const std::vector<double>& actual,
              size_t class_count) {
  double sum = 0;
  for (size_t row = 0; row < actual.size(); ++row) {
    if (class_count == 0) {
      sum += (outputs[row] - actual[row]) * (outputs[row] - actual[row]);
    } else {
      const double p = outputs[row * class_count + static_cast<size_t>(actual[row])];
      sum -= Log(std::clamp(p, kMinProbability, 1.0));
    }
  }
  const double mean = sum / static_cast<double>(actual.size());
  return class_count == 0 ? std::sqrt(mean) : mean;
}

ColumnData Rearranged(const ColumnData& column, const std::vector<size_t>& order) {
  ColumnData shuffled{column.name, column.type, {}, {}, column.dictionary};
  for (const size_t row : order) {
    if (column.is_string()) {
      shuffled.codes.push_back(column.codes[row]);
    } else {
      shuffled.numbers.push_back(column.numbers[row]);
    }
  }
  return shuffled;
}

v1::FeatureImportance Summarise(const std::string& feature, const std::vector<double>& increases) {
  const auto count = static_cast<double>(increases.size());
  const double mean = std::accumulate(increases.begin(), increases.end(), 0.0) / count;
  double squares = 0;
  for (const double increase : increases) squares += (increase - mean) * (increase - mean);
  v1::FeatureImportance importance;
  importance.set_feature(feature);
  importance.set_importance(mean);
  importance.set_deviation(std::sqrt(squares / count));
  return importance;
}

}  // namespace

PermutationImportance::PermutationImportance(int repeats, size_t splits, uint64_t seed)
    : repeats_(repeats), splits_(splits), random_(seed) {}

std::vector<size_t> PermutationImportance::SampleRows(const std::vector<size_t>& holdout,
                                                      size_t budget) {
  const size_t rows = budget / (static_cast<size_t>(repeats_) * splits_);
  if (rows >= holdout.size()) return holdout;
  if (rows < kMinSampleRows) return {};
  std::vector<size_t> sample = holdout;
  ShuffleIndexes(random_, &sample);
  sample.resize(rows);
  std::sort(sample.begin(), sample.end());
  return sample;
}

absl::Status PermutationImportance::Add(const Predictor& predictor, const Examples& examples,
                                        const std::vector<size_t>& holdout) {
  if (repeats_ == 0) return absl::OkStatus();
  const size_t features = examples.features.columns.size();
  const std::vector<size_t> sample = SampleRows(holdout, RowBudget(predictor, features));
  if (sample.empty()) return absl::OkStatus();
  const Sample rows{TakeFeatures(examples, sample), TakeValues(examples.labels, sample),
                    examples.labels.classes.size()};
  SERIN_ASSIGN_OR_RETURN(const Scores intact, predictor.Score(rows.features));
  const double loss = LossOf(intact.values, rows.actual, rows.class_count);
  increases_.resize(features);
  const uint64_t seed = random_();
  const size_t runs = std::min(kRuns, features);
  const size_t scored = features * static_cast<size_t>(repeats_) * sample.size();
  return ParallelFor(runs, TrainingThreads(scored * predictor.input_count()), [&](size_t run) {
    return Shuffle({run * features / runs, (run + 1) * features / runs}, predictor, rows, loss,
                   seed);
  });
}

absl::Status PermutationImportance::Shuffle(const Run& run, const Predictor& predictor,
                                            const Sample& sample, double loss, uint64_t seed) {
  Table rows = sample.features;
  std::vector<size_t> order(sample.actual.size());
  for (size_t feature = run.begin; feature < run.end; ++feature) {
    Random random(MixBits(seed + feature));
    for (int repeat = 0; repeat < repeats_; ++repeat) {
      std::iota(order.begin(), order.end(), 0);
      ShuffleIndexes(random, &order);
      rows.columns[feature] = Rearranged(sample.features.columns[feature], order);
      SERIN_ASSIGN_OR_RETURN(const Scores shuffled, predictor.Score(rows));
      increases_[feature].push_back(LossOf(shuffled.values, sample.actual, sample.class_count) -
                                    loss);
    }
    rows.columns[feature] = sample.features.columns[feature];
  }
  return absl::OkStatus();
}

std::vector<v1::FeatureImportance> PermutationImportance::Get(const Table& features) const {
  std::vector<v1::FeatureImportance> importances;
  for (size_t i = 0; i < increases_.size(); ++i) {
    importances.push_back(Summarise(features.columns[i].name, increases_[i]));
  }
  std::stable_sort(importances.begin(), importances.end(),
                   [](const auto& a, const auto& b) { return a.importance() > b.importance(); });
  return importances;
}

}  // namespace serin
