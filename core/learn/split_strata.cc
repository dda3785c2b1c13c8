#include "core/learn/split_strata.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace serin {
namespace {

void Shuffle(uint64_t seed, std::vector<std::vector<size_t>>* strata) {
  Random random(seed);
  for (std::vector<size_t>& stratum : *strata) ShuffleIndexes(random, &stratum);
}

// Never all of a stratum.
size_t ShareOf(size_t count, double fraction) {
  if (count == 0) return 0;
  const double share = fraction * static_cast<double>(count);
  return std::min(static_cast<size_t>(std::floor(share + 0.5)), count - 1);
}

}  // namespace

void ShuffleIndexes(Random& random, std::vector<size_t>* items) {
  for (size_t i = items->size(); i > 1; --i) {
    std::swap((*items)[i - 1], (*items)[UniformBelow(i, random)]);
  }
}

std::vector<size_t> HoldOutShares(std::vector<std::vector<size_t>> strata, double fraction,
                                  uint64_t seed) {
  Shuffle(seed, &strata);
  std::vector<size_t> holdout;
  for (const std::vector<size_t>& stratum : strata) {
    const size_t held = ShareOf(stratum.size(), fraction);
    holdout.insert(holdout.end(), stratum.begin(), stratum.begin() + held);
  }
  return holdout;
}

std::vector<std::vector<size_t>> DealStrata(std::vector<std::vector<size_t>> strata, size_t folds,
                                            uint64_t seed) {
  Shuffle(seed, &strata);
  std::vector<std::vector<size_t>> holdouts(folds);
  size_t dealt = 0;  // Goes on from stratum to stratum, so that the folds stay even.
  for (const std::vector<size_t>& stratum : strata) {
    for (const size_t index : stratum) holdouts[dealt++ % folds].push_back(index);
  }
  return holdouts;
}

}  // namespace serin
