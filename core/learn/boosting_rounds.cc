#include "core/learn/boosting_rounds.h"

#include <algorithm>

#include "absl/status/status.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

// How often the loss is looked at where nothing depends on it but what is shown: each time costs a
// few percent of a round.
constexpr int kShownLosses = 10;

}  // namespace

BoostingRounds::BoostingRounds(int rounds, int patience, double loss_unit,
                               const IterationSink& sink)
    : rounds_(rounds), patience_(patience), loss_unit_(loss_unit), sink_(sink) {}

absl::StatusOr<int> BoostingRounds::Run(XgboostBooster* booster) {
  for (int round = 0; round < rounds_; ++round) {
    SERIN_ASSIGN_OR_RETURN(const Iteration iteration, Boost(round, booster));
    if (!sink_(iteration)) return absl::CancelledError("training was stopped");
    if (patience_ == 0) continue;
    NoteValidation(round, iteration.validation_loss.value_or(best_loss_));
    if (round + 1 - kept_ >= patience_) return kept_;
  }
  return patience_ == 0 ? rounds_ : kept_;
}

absl::StatusOr<Iteration> BoostingRounds::Boost(int round, XgboostBooster* booster) const {
  SERIN_RETURN_IF_ERROR(booster->Boost(round));
  Iteration iteration{round + 1, rounds_};
  if (!NeedsLosses(round)) return iteration;
  SERIN_ASSIGN_OR_RETURN(const XgboostBooster::Losses losses, booster->Evaluate(round));
  iteration.loss = losses.training * loss_unit_;
  if (losses.validation) iteration.validation_loss = *losses.validation * loss_unit_;
  return iteration;
}

bool BoostingRounds::NeedsLosses(int round) const {
  const int stride = std::max(rounds_ / kShownLosses, 1);
  return patience_ > 0 || round % stride == 0 || round + 1 == rounds_;
}

void BoostingRounds::NoteValidation(int round, double loss) {
  if (!(loss < best_loss_)) return;
  best_loss_ = loss;
  kept_ = round + 1;
}

}  // namespace serin
