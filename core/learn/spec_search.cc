#include "core/learn/spec_search.h"

#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/learn/algorithm.h"
#include "core/learn/search_metric.h"
#include "core/learn/spec_column.h"
#include "core/learn/spec_task.h"

namespace serin {
namespace {

using v1::Search;

constexpr int kDefaultTrials = 40;
constexpr int kDefaultBudgetSeconds = 60;
constexpr int kDefaultSearchFolds = 5;
constexpr int kMaxSearchFolds = 10;
constexpr int64_t kMaxBudgetSeconds = 7 * 24 * 3600;

absl::Status CheckBudget(const google::protobuf::Duration& budget) {
  const bool positive =
      budget.seconds() >= 0 && budget.nanos() >= 0 && budget.seconds() + budget.nanos() > 0;
  if (positive && budget.seconds() <= kMaxBudgetSeconds) return absl::OkStatus();
  return InvalidField("search.time_budget", absl::StrCat("must be more than 0 s and at most ",
                                                         kMaxBudgetSeconds, " s (7 days)"));
}

absl::Status ResolveBudgets(Search* search) {
  if (search->has_time_budget()) {
    SERIN_RETURN_IF_ERROR(CheckBudget(search->time_budget()));
  } else if (search->trials() == 0) {
    search->mutable_time_budget()->set_seconds(kDefaultBudgetSeconds);
  }
  if (search->trials() == 0) search->set_trials(kDefaultTrials);
  if (search->trials() >= 1 && search->trials() <= kMaxTrials) return absl::OkStatus();
  return InvalidField("search.trials", absl::StrCat("must be at least 1 and at most ", kMaxTrials,
                                                    ", is ", search->trials()));
}

absl::Status ResolveSearchFolds(Search* search) {
  if (search->folds() == 0) search->set_folds(kDefaultSearchFolds);
  if (search->folds() >= 2 && search->folds() <= kMaxSearchFolds) return absl::OkStatus();
  return InvalidField("search.folds", absl::StrCat("must be at least 2 and at most ",
                                                   kMaxSearchFolds, ", is ", search->folds()));
}

absl::Status ResolveMetric(v1::Task task, Search* search) {
  if (search->metric() == Search::METRIC_UNSPECIFIED) search->set_metric(DefaultMetric(task));
  if (!Search::Metric_IsValid(search->metric())) {
    return InvalidField("search.metric", absl::StrCat("is unknown: ", search->metric()));
  }
  if (MetricFits(search->metric(), task)) return absl::OkStatus();
  return InvalidField("search.metric", absl::StrCat(Search::Metric_Name(search->metric()),
                                                    " does not measure ", TaskName(task)));
}

absl::Status CheckCandidate(const std::string& field, const std::string& name, v1::Task task) {
  SERIN_ASSIGN_OR_RETURN(const Algorithm* algorithm, AlgorithmNamed(field, name));
  if (algorithm == nullptr) return InvalidField(field, "cannot be auto again");
  if (SupportsTask(*algorithm, task)) return absl::OkStatus();
  return InvalidField(
      field, absl::StrCat(name, " does no ", TaskName(task), "; there are ", AlgorithmsFor(task)));
}

absl::Status CheckCandidates(const Search& search, v1::Task task) {
  absl::flat_hash_set<std::string> seen;
  for (int i = 0; i < search.algorithms_size(); ++i) {
    const std::string field = absl::StrCat("search.algorithms[", i, "]");
    SERIN_RETURN_IF_ERROR(CheckCandidate(field, search.algorithms(i), task));
    if (!seen.insert(search.algorithms(i)).second) {
      return InvalidField(field, absl::StrCat("names ", search.algorithms(i), " again"));
    }
  }
  return absl::OkStatus();
}

absl::Status ResolveCandidates(v1::Task task, Search* search) {
  if (!search->algorithms().empty()) return CheckCandidates(*search, task);
  for (const Algorithm& algorithm : Algorithms()) {
    if (SupportsTask(algorithm, task) && !algorithm.description.baseline()) {
      search->add_algorithms(algorithm.description.name());
    }
  }
  return absl::OkStatus();
}

absl::Status CheckNoCandidates(const Search& search) {
  if (search.algorithms().empty()) return absl::OkStatus();
  return InvalidField("search.algorithms",
                      "is only for the algorithm auto; leave it out, or ask for auto");
}

}  // namespace

absl::Status ResolveSearch(v1::TrainingSpec* spec) {
  const bool is_auto = spec->algorithm() == kAutoAlgorithm;
  if (!is_auto && !spec->has_search()) return absl::OkStatus();
  Search* search = spec->mutable_search();
  SERIN_RETURN_IF_ERROR(ResolveBudgets(search));
  SERIN_RETURN_IF_ERROR(ResolveSearchFolds(search));
  SERIN_RETURN_IF_ERROR(ResolveMetric(spec->task(), search));
  return is_auto ? ResolveCandidates(spec->task(), search) : CheckNoCandidates(*search);
}

}  // namespace serin
