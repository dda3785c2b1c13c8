#ifndef SERIN_CORE_INTERCHANGE_XGBOOST_OBJECTIVE_H_
#define SERIN_CORE_INTERCHANGE_XGBOOST_OBJECTIVE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// What an objective of XGBoost makes of the sums of the leaves.
struct XgboostObjective {
  enum class Task { kRegression, kTwoClasses, kClasses };
  enum class Base { kMargin, kProbability, kPositive };

  absl::string_view name;
  Task task;
  // The scale that base_score is written on.
  Base base;
  internal::v1::TreeEnsemble::Link link;
};

// UNIMPLEMENTED, naming it, for an objective that is not known.
absl::StatusOr<XgboostObjective> FindXgboostObjective(absl::string_view name);

// base_score on the scale of the sums, in single precision as XGBoost does it.
float BaseMargin(const XgboostObjective& objective, float base_score);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_XGBOOST_OBJECTIVE_H_
