#include "core/learn/split.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/random.h"

namespace serin {
namespace {

// Fisher and Yates, as in Knuth, "The Art of Computer Programming", volume 2, 3.4.2, algorithm P.
void Shuffle(std::vector<size_t>* items, Random& random) {
  for (size_t i = items->size(); i > 1; --i) {
    std::swap((*items)[i - 1], (*items)[UniformBelow(i, random)]);
  }
}

// The rows that are split in proportion, in random order: those of each class, or all.
std::vector<std::vector<size_t>> ShuffledStrata(const Labels& labels, uint64_t seed) {
  std::vector<std::vector<size_t>> strata(std::max<size_t>(labels.classes.size(), 1));
  for (size_t i = 0; i < labels.values.size(); ++i) {
    const size_t stratum = labels.classes.empty() ? 0 : static_cast<size_t>(labels.values[i]);
    strata[stratum].push_back(i);
  }
  Random random(seed);
  for (std::vector<size_t>& stratum : strata) Shuffle(&stratum, random);
  return strata;
}

void Sort(Split* split) {
  std::sort(split->train.begin(), split->train.end());
  std::sort(split->holdout.begin(), split->holdout.end());
}

}  // namespace

Split SplitRows(const Labels& labels, double holdout_fraction, uint64_t seed) {
  Split split;
  for (const std::vector<size_t>& stratum : ShuffledStrata(labels, seed)) {
    const double share = holdout_fraction * static_cast<double>(stratum.size());
    const size_t held = std::min<size_t>(std::floor(share + 0.5), stratum.size() - 1);
    split.holdout.insert(split.holdout.end(), stratum.begin(), stratum.begin() + held);
    split.train.insert(split.train.end(), stratum.begin() + held, stratum.end());
  }
  Sort(&split);
  return split;
}

std::vector<Split> SplitFolds(const Labels& labels, size_t folds, uint64_t seed) {
  std::vector<Split> splits(folds);
  size_t dealt = 0;  // Goes on from class to class, so that the folds stay even.
  for (const std::vector<size_t>& stratum : ShuffledStrata(labels, seed)) {
    for (const size_t row : stratum) {
      const size_t turn = dealt++ % folds;
      for (size_t fold = 0; fold < folds; ++fold) {
        (fold == turn ? splits[fold].holdout : splits[fold].train).push_back(row);
      }
    }
  }
  for (Split& split : splits) Sort(&split);
  return splits;
}

}  // namespace serin
