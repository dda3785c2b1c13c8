#ifndef SERIN_CORE_LEARN_PERMUTATION_IMPORTANCE_H_
#define SERIN_CORE_LEARN_PERMUTATION_IMPORTANCE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "core/base/random.h"
#include "core/engine/predictor.h"
#include "core/learn/examples.h"
#include "serin/v1/model.pb.h"

namespace serin {

// How much worse predictions become when a feature's values are shuffled among the rows: Breiman,
// "Random Forests", 2001, section 10, as Fisher, Rudin and Dominici ("All models are wrong, but
// many are useful", 2019) take it to any model. Features that say the same share their importance.
//
// The cost is bounded: over all splits each feature is predicted for 4,000 rows at most (800
// different ones with 5 shuffles), and all features together for so many rows that their inputs are
// 2e9 numbers at most. Where that leaves fewer rows than 30 there are no importances. Several
// threads share the features; each feature is shuffled by random numbers of its own, so that the
// importances are the same whatever their number.
class PermutationImportance {
 public:
  // `splits`: how often Add will be called.
  PermutationImportance(int repeats, size_t splits, uint64_t seed);

  // Takes a predictor and examples that it has not seen.
  absl::Status Add(const Predictor& predictor, const Examples& examples,
                   const std::vector<size_t>& holdout);

  // Means and standard deviations (n) over all shuffles; most important first, equals in order of
  // the features.
  std::vector<v1::FeatureImportance> Get(const Table& features) const;

 private:
  // Rows that are looked at, and what is true of them.
  struct Sample {
    Table features;
    std::vector<double> actual;
    size_t class_count;
  };
  // Features one after the other.
  struct Run {
    size_t begin;
    size_t end;
  };

  // Finds the increases of a run's features over `loss`. Safe to call for different runs at once.
  absl::Status Shuffle(const Run& run, const Predictor& predictor, const Sample& sample,
                       double loss, uint64_t seed);

  // Rows of a split that are looked at.
  std::vector<size_t> SampleRows(const std::vector<size_t>& holdout, size_t budget);

  const int repeats_;
  const size_t splits_;
  Random random_;
  // Per feature the increases of the loss.
  std::vector<std::vector<double>> increases_;
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_PERMUTATION_IMPORTANCE_H_
