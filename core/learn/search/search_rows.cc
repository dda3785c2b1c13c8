#include "core/learn/search/search_rows.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/base/random.h"
#include "core/base/random_bits.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

using Plan = v1::EvaluationPlan;

// Rows of a class that a cross-validation needs.
constexpr size_t kMinRowsOfClass = 2;

// Fisher and Yates, as in Knuth, "The Art of Computer Programming", volume 2, 3.4.2, algorithm P.
void Shuffle(std::vector<size_t>* items, Random& random) {
  for (size_t i = items->size(); i > 1; --i) {
    std::swap((*items)[i - 1], (*items)[UniformBelow(i, random)]);
  }
}

// The rows of each class, or all.
std::vector<std::vector<size_t>> StrataOf(const Labels& labels, const std::vector<size_t>& rows) {
  std::vector<std::vector<size_t>> strata(std::max<size_t>(labels.classes.size(), 1));
  for (const size_t row : rows) {
    strata[labels.classes.empty() ? 0 : static_cast<size_t>(labels.values[row])].push_back(row);
  }
  return strata;
}

}  // namespace

absl::StatusOr<std::vector<size_t>> SearchableRows(const Examples& examples,
                                                   const v1::TrainingSpec& spec) {
  if (spec.evaluation().method() == Plan::METHOD_CROSS_VALIDATION) return AllIndexes(examples);
  SERIN_ASSIGN_OR_RETURN(Split split, SplitRows(examples, spec));
  return std::move(split.train);
}

std::vector<size_t> TakeShare(const Examples& examples, const std::vector<size_t>& rows,
                              double share, uint64_t seed) {
  if (share >= 1) return rows;
  Random random(seed);
  std::vector<size_t> taken;
  for (std::vector<size_t>& stratum : StrataOf(examples.labels, rows)) {
    Shuffle(&stratum, random);
    const auto wanted =
        static_cast<size_t>(std::llround(share * static_cast<double>(stratum.size())));
    stratum.resize(std::min(stratum.size(), std::max(wanted, kMinRowsOfClass)));
    taken.insert(taken.end(), stratum.begin(), stratum.end());
  }
  std::sort(taken.begin(), taken.end());
  return taken;
}

absl::StatusOr<std::vector<Split>> SearchFolds(const Examples& examples,
                                               const std::vector<size_t>& rows,
                                               const v1::TrainingSpec& spec, int repeats) {
  // By time there is only one way.
  const int ways = spec.evaluation().split() == Plan::SPLIT_TIME ? 1 : repeats;
  v1::TrainingSpec seeded = spec;
  RandomBits seeds(spec.seed());
  std::vector<Split> folds;
  for (int i = 0; i < ways; ++i) {
    seeded.set_seed(seeds.Next());
    SERIN_ASSIGN_OR_RETURN(
        std::vector<Split> more,
        SplitFolds(examples, rows, static_cast<size_t>(spec.search().folds()), seeded));
    std::move(more.begin(), more.end(), std::back_inserter(folds));
  }
  return folds;
}

}  // namespace serin
