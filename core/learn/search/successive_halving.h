#ifndef SERIN_CORE_LEARN_SEARCH_SUCCESSIVE_HALVING_H_
#define SERIN_CORE_LEARN_SEARCH_SUCCESSIVE_HALVING_H_

#include <cstddef>
#include <optional>
#include <vector>

// Which candidate of a search is tried next, and on how much of the data: K. Jamieson and A.
// Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS
// 2016. Values only: no data, no clock, no randomness.

namespace serin {

// How much a candidate is tried on.
struct Rung {
  // Share of the rows, in (0, 1].
  double row_share = 1;
  // Cross-validations, each with folds of its own.
  int repeats = 1;
};

// The rungs for a search over this many rows, least first. Each costs three times as much per
// candidate as the one before: more rows, but never fewer than 1,000, and of few rows, whose scores
// depend much on the folds, at last three cross-validations. There are no more rungs than the
// candidates, divided by three each time, last.
std::vector<Rung> PlanRungs(size_t rows, size_t candidates);

// What a candidate did on a rung, in the unit of the metric.
struct Score {
  double mean = 0;
  double error = 0;  // Standard error of the mean.
};

// All candidates are tried on the first rung, the better third of those on the next, and so on.
// Not thread-safe.
class SuccessiveHalving {
 public:
  struct Step {
    size_t candidate;
    size_t rung;
  };
  // Where a candidate has come to.
  struct Standing {
    std::optional<Score> score;  // On the highest rung that it was tried on.
    size_t rung = 0;             // That rung.
    bool failed = false;
  };

  // At least one candidate and one rung.
  SuccessiveHalving(size_t candidates, size_t rungs, bool higher_is_better);

  // What is to be tried now; the same until it is told what came of it. None: all is done. On the
  // first rung the candidates come in their order, later the best of the rung before first.
  std::optional<Step> Next() const;
  // What came of Next().
  void Succeed(const Score& score);
  void Fail();
  // Leaves out what has not been tried on this rung yet, as time has run out for it. The better
  // third of those that have been go on.
  void EndRung();

  // All candidates, best first: those of a higher rung before those of a lower one, equally good
  // ones in their order; then those that were not tried, then those that failed.
  std::vector<size_t> Ranking() const;
  const Standing& standing(size_t candidate) const { return standings_[candidate]; }
  // Candidates that have a score or failed.
  size_t tried() const { return tried_; }
  // Share of the steps that is done, in [0, 1]; those of a rung weigh the same as those of another.
  double done() const;

 private:
  bool Better(size_t a, size_t b) const;
  void Advance();
  void BeginNextRung();

  const size_t rungs_;
  const bool higher_is_better_;
  std::vector<Standing> standings_;
  size_t tried_ = 0;
  size_t rung_ = 0;
  std::vector<size_t> entrants_;  // Of this rung, in the order in which they are tried.
  size_t next_ = 0;               // Of the entrants.
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SEARCH_SUCCESSIVE_HALVING_H_
