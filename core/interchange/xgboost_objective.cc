#include "core/interchange/xgboost_objective.h"

#include <cmath>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

using Ensemble = internal::v1::TreeEnsemble;
using Task = XgboostObjective::Task;
using Base = XgboostObjective::Base;

constexpr auto kDefault = Ensemble::LINK_UNSPECIFIED;

constexpr XgboostObjective kObjectives[] = {
    {"reg:squarederror", Task::kRegression, Base::kMargin, kDefault},
    {"reg:linear", Task::kRegression, Base::kMargin, kDefault},
    {"reg:squaredlogerror", Task::kRegression, Base::kMargin, kDefault},
    {"reg:pseudohubererror", Task::kRegression, Base::kMargin, kDefault},
    {"reg:absoluteerror", Task::kRegression, Base::kMargin, kDefault},
    {"reg:logistic", Task::kRegression, Base::kProbability, Ensemble::LINK_LOGISTIC},
    {"count:poisson", Task::kRegression, Base::kPositive, Ensemble::LINK_EXP},
    {"reg:gamma", Task::kRegression, Base::kPositive, Ensemble::LINK_EXP},
    {"reg:tweedie", Task::kRegression, Base::kPositive, Ensemble::LINK_EXP},
    {"rank:pairwise", Task::kRegression, Base::kMargin, kDefault},
    {"rank:ndcg", Task::kRegression, Base::kMargin, kDefault},
    {"rank:map", Task::kRegression, Base::kMargin, kDefault},
    {"binary:logistic", Task::kTwoClasses, Base::kProbability, kDefault},
    {"multi:softprob", Task::kClasses, Base::kMargin, kDefault},
    {"multi:softmax", Task::kClasses, Base::kMargin, kDefault},
};

}  // namespace

absl::StatusOr<XgboostObjective> FindXgboostObjective(absl::string_view name) {
  for (const XgboostObjective& objective : kObjectives) {
    if (objective.name == name) return objective;
  }
  return absl::UnimplementedError(
      absl::StrCat("XGBoost model: objective ", QuoteForError(name), " is not supported"));
}

float BaseMargin(const XgboostObjective& objective, float base_score) {
  switch (objective.base) {
    case Base::kProbability:
      return -std::log(1.0f / base_score - 1.0f);
    case Base::kPositive:
      return std::log(base_score);
    case Base::kMargin:
      break;
  }
  return base_score;
}

}  // namespace serin
