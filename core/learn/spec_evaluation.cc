#include "core/learn/spec_evaluation.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/learn/spec.h"
#include "core/learn/spec_column.h"
#include "core/table/schema.h"

namespace serin {
namespace {

using Plan = v1::EvaluationPlan;

constexpr int kDefaultBootstrapSamples = 200;
constexpr int kMaxBootstrapSamples = 10'000;
constexpr int kDefaultImportanceRepeats = 5;
constexpr int kMaxImportanceRepeats = 50;

absl::Status CheckBetween(absl::string_view field, int value, int min, int max) {
  if (value >= min && value <= max) return absl::OkStatus();
  return InvalidField(field,
                      absl::StrCat("must be at least ", min, " and at most ", max, ", is ", value));
}

absl::Status CheckFraction(double fraction) {
  // The negation also catches NaN.
  if (!(fraction >= 0 && fraction <= kMaxHoldoutFraction)) {
    return InvalidField("holdout_fraction", absl::StrCat("must be at least 0 and at most ",
                                                         kMaxHoldoutFraction, ", is ", fraction));
  }
  return absl::OkStatus();
}

absl::Status ResolveHoldout(v1::TrainingSpec* spec) {
  if (spec->evaluation().folds() != 0) {
    return InvalidField("evaluation.folds", "is only for METHOD_CROSS_VALIDATION");
  }
  if (!spec->has_holdout_fraction()) spec->set_holdout_fraction(kDefaultHoldoutFraction);
  return CheckFraction(spec->holdout_fraction());
}

absl::Status ResolveFolds(v1::TrainingSpec* spec) {
  if (spec->has_holdout_fraction()) {
    return InvalidField("holdout_fraction",
                        "is not for METHOD_CROSS_VALIDATION, which holds every row out once; "
                        "leave it out");
  }
  Plan& plan = *spec->mutable_evaluation();
  if (plan.folds() == 0) plan.set_folds(kDefaultFolds);
  return CheckBetween("evaluation.folds", plan.folds(), 2, kMaxFolds);
}

absl::Status ResolveMethod(v1::TrainingSpec* spec) {
  Plan& plan = *spec->mutable_evaluation();
  if (plan.method() == Plan::METHOD_UNSPECIFIED) plan.set_method(Plan::METHOD_HOLDOUT);
  switch (plan.method()) {
    case Plan::METHOD_HOLDOUT:
      return ResolveHoldout(spec);
    case Plan::METHOD_CROSS_VALIDATION:
      return ResolveFolds(spec);
    default:
      return InvalidField("evaluation.method", absl::StrCat("is unknown: ", plan.method()));
  }
}

absl::Status CheckNoColumn(const Plan& plan) {
  if (plan.column().empty()) return absl::OkStatus();
  return InvalidField("evaluation.column", "is only for SPLIT_GROUPED and SPLIT_TIME");
}

// The column that rows are grouped or ordered by.
absl::Status CheckColumn(const v1::TrainingSpec& spec, const v1::Schema& schema) {
  const Plan& plan = spec.evaluation();
  const std::string field = "evaluation.column";
  if (plan.column().empty()) {
    return InvalidField(field, absl::StrCat("is required for ", Plan::Split_Name(plan.split())));
  }
  SERIN_ASSIGN_OR_RETURN(const v1::ColumnSchema* column, ColumnNamed(field, plan.column(), schema));
  if (plan.column() == spec.target()) {
    return InvalidField(field, absl::StrCat(QuotedName(plan.column()), " is the target"));
  }
  const bool orders =
      column->type() == v1::COLUMN_TYPE_NUMBER || column->type() == v1::COLUMN_TYPE_TIMESTAMP;
  if (plan.split() == Plan::SPLIT_GROUPED || orders) return absl::OkStatus();
  return InvalidField(
      field, absl::StrCat("column ", QuotedName(plan.column()), " is of type ",
                          TypeName(column->type()), "; SPLIT_TIME needs a number or a timestamp"));
}

absl::Status ResolveSplit(const v1::Schema& schema, v1::TrainingSpec* spec) {
  Plan& plan = *spec->mutable_evaluation();
  const bool classes = spec->task() == v1::TASK_CLASSIFICATION;
  if (plan.split() == Plan::SPLIT_UNSPECIFIED) {
    plan.set_split(classes ? Plan::SPLIT_STRATIFIED : Plan::SPLIT_RANDOM);
  }
  switch (plan.split()) {
    case Plan::SPLIT_STRATIFIED:
      if (!classes) {
        return InvalidField("evaluation.split",
                            "SPLIT_STRATIFIED is for classification; use SPLIT_RANDOM");
      }
      return CheckNoColumn(plan);
    case Plan::SPLIT_RANDOM:
      return CheckNoColumn(plan);
    case Plan::SPLIT_GROUPED:
    case Plan::SPLIT_TIME:
      return CheckColumn(*spec, schema);
    default:
      return InvalidField("evaluation.split", absl::StrCat("is unknown: ", plan.split()));
  }
}

absl::Status ResolveCounts(Plan* plan) {
  if (!plan->has_bootstrap_samples()) plan->set_bootstrap_samples(kDefaultBootstrapSamples);
  if (!plan->has_importance_repeats()) plan->set_importance_repeats(kDefaultImportanceRepeats);
  SERIN_RETURN_IF_ERROR(CheckBetween("evaluation.bootstrap_samples", plan->bootstrap_samples(), 0,
                                     kMaxBootstrapSamples));
  return CheckBetween("evaluation.importance_repeats", plan->importance_repeats(), 0,
                      kMaxImportanceRepeats);
}

}  // namespace

absl::Status ResolveEvaluation(const v1::Schema& schema, v1::TrainingSpec* spec) {
  SERIN_RETURN_IF_ERROR(ResolveMethod(spec));
  SERIN_RETURN_IF_ERROR(ResolveSplit(schema, spec));
  return ResolveCounts(spec->mutable_evaluation());
}

}  // namespace serin
