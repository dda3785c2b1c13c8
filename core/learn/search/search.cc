#include "core/learn/search/search.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "core/base/status_macros.h"
#include "core/learn/algorithm.h"
#include "core/learn/examples.h"
#include "core/learn/search/candidates.h"
#include "core/learn/search/fold_scores.h"
#include "core/learn/search/leaderboard.h"
#include "core/learn/search/search_rows.h"
#include "core/learn/search/trials.h"
#include "core/learn/search_metric.h"
#include "core/learn/spec_task.h"
#include "core/table/schema.h"

namespace serin {
namespace {

// Those that the specification leaves the choice between.
std::vector<v1::Algorithm> AlgorithmsOf(const v1::TrainingSpec& spec) {
  if (spec.algorithm() != kAutoAlgorithm) return {FindAlgorithm(spec.algorithm())->description};
  std::vector<v1::Algorithm> algorithms;
  for (const std::string& name : spec.search().algorithms()) {
    algorithms.push_back(FindAlgorithm(name)->description);
  }
  return algorithms;
}

absl::Duration TimeBudgetOf(const v1::Search& search) {
  if (!search.has_time_budget()) return absl::InfiniteDuration();
  return absl::Seconds(search.time_budget().seconds()) +
         absl::Nanoseconds(search.time_budget().nanos());
}

// How far the search is: by its trials or by its time, whichever is further.
class Progress {
 public:
  Progress(const SearchHooks& hooks, absl::Duration budget, const Trials& trials)
      : hooks_(hooks), begin_(hooks.clock->Now()), budget_(budget), trials_(trials) {}

  bool Report() const {
    const double time = absl::FDivDuration(hooks_.clock->Now() - begin_, budget_);
    return hooks_.progress(ProgressAt(Stage::kSearching, std::max(time, trials_.halving.done())));
  }

 private:
  const SearchHooks& hooks_;
  const absl::Time begin_;
  const absl::Duration budget_;
  const Trials& trials_;
};

std::vector<std::string> WarningsOf(const v1::TrainingSpec& spec, const Trials& trials) {
  std::vector<std::string> warnings;
  if (spec.evaluation().method() == v1::EvaluationPlan::METHOD_CROSS_VALIDATION &&
      trials.halving.tried() > 1) {
    warnings.push_back(absl::StrCat(
        "the cross-validation judges the best of ", trials.halving.tried(),
        " candidates on the rows that they were chosen by, which flatters it; hold rows out "
        "instead for a number that can be relied on"));
  }
  return warnings;
}

}  // namespace

absl::StatusOr<SearchResult> SearchSpec(const Table& table, const v1::TrainingSpec& spec,
                                        const SearchHooks& hooks) {
  SERIN_ASSIGN_OR_RETURN(const Examples examples, MakeExamples(table, spec));
  SERIN_ASSIGN_OR_RETURN(const std::vector<size_t> rows, SearchableRows(examples, spec));
  const v1::Schema schema = SchemaOf(table);
  const v1::Search& search = spec.search();
  const std::vector<Candidate> candidates =
      DrawCandidates(AlgorithmsOf(spec), spec.hyperparameters(), spec.seed(), search.trials());
  FoldScores objective(examples, rows, spec, schema, candidates, hooks.threads);
  Trials trials(candidates.size(), PlanRungs(rows.size(), candidates.size()),
                HigherIsBetter(search.metric()));

  const Progress progress(hooks, TimeBudgetOf(search), trials);
  const TrialHooks trial_hooks = {
      .clock = hooks.clock,
      .cpu_seconds = hooks.cpu_seconds,
      .go_on = [&] { return progress.Report(); },
      .finish = hooks.finish,
      .tried =
          [&](const Trials&) {
            hooks.leaderboard(MakeLeaderboard(candidates, trials, search.metric()));
          }};
  SERIN_RETURN_IF_ERROR(RunTrials(TimeBudgetOf(search), trial_hooks, &objective, &trials));

  SearchResult result;
  SERIN_ASSIGN_OR_RETURN(result.winner,
                         SpecOf(candidates[trials.halving.Ranking()[0]], spec, schema));
  result.leaderboard = MakeLeaderboard(candidates, trials, search.metric());
  result.warnings = WarningsOf(spec, trials);
  return result;
}

}  // namespace serin
