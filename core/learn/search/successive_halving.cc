#include "core/learn/search/successive_halving.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace serin {
namespace {

// Of each rung this share goes on, and is tried on so many times as much.
constexpr size_t kEta = 3;
// Fewer rows tell candidates apart by luck.
constexpr size_t kMinRows = 1000;
// Below so many rows, one cross-validation does not tell good candidates apart.
constexpr size_t kFewRows = 5000;

size_t DividedBy(size_t count, size_t divisor) { return (count + divisor - 1) / divisor; }

}  // namespace

std::vector<Rung> PlanRungs(size_t rows, size_t candidates) {
  std::vector<Rung> rungs = {Rung{}};
  if (rows < kFewRows && candidates > 1) {
    rungs.push_back({.row_share = 1, .repeats = static_cast<int>(kEta)});
    candidates = DividedBy(candidates, kEta);
  }
  size_t divisor = kEta;
  for (; rows / divisor >= kMinRows && candidates > 1; divisor *= kEta) {
    rungs.insert(rungs.begin(), {.row_share = 1 / static_cast<double>(divisor), .repeats = 1});
    candidates = DividedBy(candidates, kEta);
  }
  return rungs;
}

SuccessiveHalving::SuccessiveHalving(size_t candidates, size_t rungs, bool higher_is_better)
    : rungs_(rungs),
      higher_is_better_(higher_is_better),
      standings_(candidates),
      entrants_(candidates) {
  std::iota(entrants_.begin(), entrants_.end(), 0);
}

std::optional<SuccessiveHalving::Step> SuccessiveHalving::Next() const {
  if (next_ == entrants_.size()) return std::nullopt;
  return Step{entrants_[next_], rung_};
}

void SuccessiveHalving::Succeed(const Score& score) {
  Standing& standing = standings_[entrants_[next_]];
  if (!standing.score) ++tried_;
  standing.score = score;
  standing.rung = rung_;
  Advance();
}

void SuccessiveHalving::Fail() {
  Standing& standing = standings_[entrants_[next_]];
  if (!standing.score) ++tried_;
  standing = {.score = std::nullopt, .rung = rung_, .failed = true};
  Advance();
}

void SuccessiveHalving::EndRung() { BeginNextRung(); }

void SuccessiveHalving::Advance() {
  if (++next_ == entrants_.size()) BeginNextRung();
}

void SuccessiveHalving::BeginNextRung() {
  std::vector<size_t> survivors;
  for (size_t i = 0; i < next_; ++i) {
    if (!standings_[entrants_[i]].failed) survivors.push_back(entrants_[i]);
  }
  std::sort(survivors.begin(), survivors.end(), [&](size_t a, size_t b) { return Better(a, b); });
  survivors.resize(DividedBy(survivors.size(), kEta));
  next_ = 0;
  if (rung_ + 1 == rungs_) {
    survivors.clear();
  } else {
    ++rung_;
  }
  entrants_ = std::move(survivors);
}

bool SuccessiveHalving::Better(size_t a, size_t b) const {
  const auto key = [&](size_t candidate) {
    const Standing& standing = standings_[candidate];
    const double mean = standing.score ? standing.score->mean : 0;
    return std::make_tuple(standing.failed, !standing.score, rungs_ - standing.rung,
                           higher_is_better_ ? -mean : mean, candidate);
  };
  return key(a) < key(b);
}

std::vector<size_t> SuccessiveHalving::Ranking() const {
  std::vector<size_t> ranking(standings_.size());
  std::iota(ranking.begin(), ranking.end(), 0);
  std::sort(ranking.begin(), ranking.end(), [&](size_t a, size_t b) { return Better(a, b); });
  return ranking;
}

double SuccessiveHalving::done() const {
  if (entrants_.empty()) return 1;
  const double in_rung = static_cast<double>(next_) / static_cast<double>(entrants_.size());
  return (static_cast<double>(rung_) + in_rung) / static_cast<double>(rungs_);
}

}  // namespace serin
