#ifndef SERIN_CORE_LEARN_BOOSTING_ROUNDS_H_
#define SERIN_CORE_LEARN_BOOSTING_ROUNDS_H_

#include <limits>

#include "absl/status/statusor.h"
#include "core/learn/algorithm.h"
#include "core/learn/xgboost_booster.h"

namespace serin {

// Boosts round by round, and finds the last round that is worth keeping.
class BoostingRounds {
 public:
  // `patience`: rounds without a better validation loss that end it, or 0 for all `rounds`. Losses
  // are told in units of `loss_unit`.
  BoostingRounds(int rounds, int patience, double loss_unit, const IterationSink& sink);

  // Returns how many rounds are to be kept. Use once. CANCELLED when the sink says so.
  absl::StatusOr<int> Run(XgboostBooster* booster);

 private:
  absl::StatusOr<Iteration> Boost(int round, XgboostBooster* booster) const;
  bool NeedsLosses(int round) const;
  void NoteValidation(int round, double loss);

  const int rounds_;
  const int patience_;
  const double loss_unit_;
  const IterationSink& sink_;
  double best_loss_ = std::numeric_limits<double>::infinity();
  int kept_ = 1;
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_BOOSTING_ROUNDS_H_
