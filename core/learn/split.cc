#include "core/learn/split.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/learn/split_groups.h"
#include "core/learn/split_strata.h"
#include "core/learn/split_time.h"

namespace serin {
namespace {

using Plan = v1::EvaluationPlan;

std::vector<std::vector<size_t>> StrataOf(const Examples& examples,
                                          const std::vector<size_t>& indexes, Plan::Split split) {
  if (split != Plan::SPLIT_STRATIFIED) return {indexes};
  std::vector<std::vector<size_t>> strata(examples.labels.classes.size());
  for (const size_t i : indexes) {
    strata[static_cast<size_t>(examples.labels.values[i])].push_back(i);
  }
  return strata;
}

std::vector<size_t> Without(const std::vector<size_t>& indexes, const std::vector<size_t>& held) {
  std::vector<size_t> rest;
  std::set_difference(indexes.begin(), indexes.end(), held.begin(), held.end(),
                      std::back_inserter(rest));
  return rest;
}

// Pairs each holdout with the rest of the indexes.
std::vector<Split> PairWithRest(const std::vector<size_t>& indexes,
                                std::vector<std::vector<size_t>> holdouts) {
  std::vector<Split> splits;
  for (std::vector<size_t>& holdout : holdouts) {
    std::sort(holdout.begin(), holdout.end());
    std::vector<size_t> train = Without(indexes, holdout);
    splits.push_back({std::move(train), std::move(holdout)});
  }
  return splits;
}

// An estimator cannot know a class that it has never seen.
absl::Status CheckClasses(const Labels& labels, const Split& split, const std::string& where) {
  std::vector<bool> seen(labels.classes.size());
  for (const size_t i : split.train) {
    if (!seen.empty()) seen[static_cast<size_t>(labels.values[i])] = true;
  }
  const auto unseen = std::find(seen.begin(), seen.end(), false);
  if (unseen == seen.end()) return absl::OkStatus();
  return InvalidField(
      "evaluation.split",
      absl::StrCat("class ", QuoteForError(labels.classes[unseen - seen.begin()]),
                   " has no row to train on", where,
                   "; use SPLIT_STRATIFIED, or add rows of that class or leave them out"));
}

absl::Status TooFew(size_t folds, size_t count, absl::string_view what) {
  return InvalidField("evaluation.folds", absl::StrCat(folds, " folds cannot be made of ", count,
                                                       " ", what, "; use fewer folds"));
}

absl::StatusOr<std::vector<size_t>> HeldOut(const Examples& examples,
                                            const std::vector<size_t>& all,
                                            const v1::TrainingSpec& spec) {
  const double fraction = spec.holdout_fraction();
  if (fraction == 0) return std::vector<size_t>();
  switch (spec.evaluation().split()) {
    case Plan::SPLIT_GROUPED: {
      const std::vector<std::vector<size_t>> groups = GroupsOf(all, examples.split_keys);
      if (groups.size() > 1) return HoldOutGroups(groups, fraction, spec.seed());
      return InvalidField("evaluation.column",
                          absl::StrCat("column ", QuoteForError(spec.evaluation().column()),
                                       " has one value only: there is no group to hold out"));
    }
    case Plan::SPLIT_TIME:
      return HoldOutLast(all, examples.split_keys, fraction);
    default:
      return HoldOutShares(StrataOf(examples, all, spec.evaluation().split()), fraction,
                           spec.seed());
  }
}

absl::StatusOr<std::vector<Split>> Folds(const Examples& examples,
                                         const std::vector<size_t>& indexes, size_t folds,
                                         const v1::TrainingSpec& spec) {
  switch (spec.evaluation().split()) {
    case Plan::SPLIT_GROUPED: {
      const std::vector<std::vector<size_t>> groups = GroupsOf(indexes, examples.split_keys);
      if (groups.size() < folds) return TooFew(folds, groups.size(), "groups");
      return PairWithRest(indexes, DealGroups(groups, folds, spec.seed()));
    }
    case Plan::SPLIT_TIME:
      if (indexes.size() < folds + 1) return TooFew(folds, indexes.size(), "rows in order of time");
      return RollForward(indexes, examples.split_keys, folds);
    default:
      if (indexes.size() < folds) return TooFew(folds, indexes.size(), "rows");
      return PairWithRest(
          indexes,
          DealStrata(StrataOf(examples, indexes, spec.evaluation().split()), folds, spec.seed()));
  }
}

}  // namespace

std::vector<size_t> AllIndexes(const Examples& examples) {
  std::vector<size_t> indexes(examples.labels.rows.size());
  std::iota(indexes.begin(), indexes.end(), 0);
  return indexes;
}

absl::StatusOr<Split> SplitRows(const Examples& examples, const v1::TrainingSpec& spec) {
  const std::vector<size_t> all = AllIndexes(examples);
  Split split;
  SERIN_ASSIGN_OR_RETURN(split.holdout, HeldOut(examples, all, spec));
  std::sort(split.holdout.begin(), split.holdout.end());
  split.train = Without(all, split.holdout);
  SERIN_RETURN_IF_ERROR(CheckClasses(examples.labels, split, ""));
  return split;
}

absl::StatusOr<std::vector<Split>> SplitFolds(const Examples& examples,
                                              const std::vector<size_t>& indexes, size_t folds,
                                              const v1::TrainingSpec& spec) {
  SERIN_ASSIGN_OR_RETURN(std::vector<Split> splits, Folds(examples, indexes, folds, spec));
  for (size_t i = 0; i < splits.size(); ++i) {
    SERIN_RETURN_IF_ERROR(
        CheckClasses(examples.labels, splits[i], absl::StrCat(" in fold ", i + 1)));
  }
  return splits;
}

}  // namespace serin
