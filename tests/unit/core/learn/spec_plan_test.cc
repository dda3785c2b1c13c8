#include <functional>
#include <string>
#include <vector>

#include "core/learn/spec.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/testing/status_matchers.h"

// What a specification says about judging, preprocessing and searching.

namespace serin {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Plan = v1::EvaluationPlan;
using v1::Preprocessing;
using v1::Search;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

v1::Schema PatientSchema() {
  v1::Schema schema;
  const auto add = [&](const char* name, v1::ColumnType type) {
    v1::ColumnSchema* column = schema.add_columns();
    column->set_name(name);
    column->set_type(type);
  };
  add("age", v1::COLUMN_TYPE_INTEGER);
  add("ward", v1::COLUMN_TYPE_CATEGORY);
  add("smokes", v1::COLUMN_TYPE_BOOLEAN);
  add("patient", v1::COLUMN_TYPE_TEXT);
  add("seen", v1::COLUMN_TYPE_TIMESTAMP);
  add("ill", v1::COLUMN_TYPE_CATEGORY);
  add("cost", v1::COLUMN_TYPE_NUMBER);
  return schema;
}

v1::TrainingSpec Spec(const std::string& algorithm, const std::string& target) {
  v1::TrainingSpec spec;
  spec.set_algorithm(algorithm);
  spec.set_target(target);
  return spec;
}

using Change = std::function<void(v1::TrainingSpec&)>;

v1::TrainingSpec Resolved(v1::TrainingSpec spec, const Change& change) {
  change(spec);
  absl::StatusOr<v1::TrainingSpec> once = ResolveSpec(spec, PatientSchema());
  EXPECT_THAT(once, IsOk());
  if (!once.ok()) return {};
  absl::StatusOr<v1::TrainingSpec> twice = ResolveSpec(*once, PatientSchema());
  EXPECT_THAT(twice, IsOk());
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(*once, *twice));
  return *once;
}

struct BadSpec {
  std::string message;
  Change change;
};

void ExpectRefused(const v1::TrainingSpec& good, const std::vector<BadSpec>& cases) {
  ASSERT_THAT(ResolveSpec(good, PatientSchema()), IsOk());
  for (const BadSpec& bad : cases) {
    v1::TrainingSpec spec = good;
    bad.change(spec);
    EXPECT_THAT(ResolveSpec(spec, PatientSchema()), IsError(kInvalid, HasSubstr(bad.message)));
  }
}

TEST(ResolveEvaluationTest, SpellsOutThePlan_ByTheTask) {
  const auto classes = Resolved(Spec("gradient_boosting", "ill"), [](auto&) {}).evaluation();
  EXPECT_EQ(classes.method(), Plan::METHOD_HOLDOUT);
  EXPECT_EQ(classes.split(), Plan::SPLIT_STRATIFIED);
  EXPECT_EQ(classes.bootstrap_samples(), 200);
  EXPECT_EQ(classes.importance_repeats(), 5);
  EXPECT_EQ(classes.folds(), 0);
  const auto numbers = Resolved(Spec("gradient_boosting", "cost"), [](auto&) {}).evaluation();
  EXPECT_EQ(numbers.split(), Plan::SPLIT_RANDOM);
}

TEST(ResolveEvaluationTest, CrossValidationHasFoldsAndNoHoldout) {
  const v1::TrainingSpec spec = Resolved(Spec("gradient_boosting", "ill"), [](auto& s) {
    s.mutable_evaluation()->set_method(Plan::METHOD_CROSS_VALIDATION);
    s.mutable_evaluation()->set_bootstrap_samples(0);
  });
  EXPECT_EQ(spec.evaluation().folds(), 5);
  EXPECT_FALSE(spec.has_holdout_fraction());
  EXPECT_EQ(spec.evaluation().bootstrap_samples(), 0);
}

TEST(ResolveEvaluationTest, WhatTheRowsAreSplitByIsReadButNoFeature_UnlessItIsNamed) {
  const auto by_seen = [](auto& s) {
    s.mutable_evaluation()->set_split(Plan::SPLIT_TIME);
    s.mutable_evaluation()->set_column("seen");
  };
  const v1::TrainingSpec left_out = Resolved(Spec("gradient_boosting", "ill"), by_seen);
  EXPECT_THAT(left_out.features(), ElementsAre("age", "ward", "smokes", "cost"));
  EXPECT_THAT(ColumnsOf(left_out), ElementsAre("ill", "age", "ward", "smokes", "cost", "seen"));
  const v1::TrainingSpec named = Resolved(Spec("gradient_boosting", "ill"), [&](auto& s) {
    by_seen(s);
    s.add_features("seen");
  });
  EXPECT_THAT(ColumnsOf(named), ElementsAre("ill", "seen"));
}

TEST(ResolveEvaluationTest, RefusesPlansThatCannotBe) {
  using Spec = v1::TrainingSpec;
  ExpectRefused(
      ::serin::Spec("gradient_boosting", "ill"),
      {{"evaluation.folds: is only for METHOD_CROSS_VALIDATION",
        [](Spec& s) { s.mutable_evaluation()->set_folds(5); }},
       {"holdout_fraction: is not for METHOD_CROSS_VALIDATION",
        [](Spec& s) {
          s.mutable_evaluation()->set_method(Plan::METHOD_CROSS_VALIDATION);
          s.set_holdout_fraction(0.2);
        }},
       {"evaluation.folds: must be at least 2 and at most 20, is 21",
        [](Spec& s) {
          s.mutable_evaluation()->set_method(Plan::METHOD_CROSS_VALIDATION);
          s.mutable_evaluation()->set_folds(21);
        }},
       {"evaluation.method: is unknown: 9",
        [](Spec& s) { s.mutable_evaluation()->set_method(static_cast<Plan::Method>(9)); }},
       {"evaluation.column: is only for SPLIT_GROUPED and SPLIT_TIME",
        [](Spec& s) { s.mutable_evaluation()->set_column("ward"); }},
       {"evaluation.column: is required for SPLIT_GROUPED",
        [](Spec& s) { s.mutable_evaluation()->set_split(Plan::SPLIT_GROUPED); }},
       {"evaluation.column: 'ill' is the target",
        [](Spec& s) {
          s.mutable_evaluation()->set_split(Plan::SPLIT_GROUPED);
          s.mutable_evaluation()->set_column("ill");
        }},
       {"evaluation.column: column 'ward' is of type category; SPLIT_TIME needs a number",
        [](Spec& s) {
          s.mutable_evaluation()->set_split(Plan::SPLIT_TIME);
          s.mutable_evaluation()->set_column("ward");
        }},
       {"evaluation.column: the dataset has no column 'wards'",
        [](Spec& s) {
          s.mutable_evaluation()->set_split(Plan::SPLIT_GROUPED);
          s.mutable_evaluation()->set_column("wards");
        }},
       {"evaluation.bootstrap_samples: must be at least 0 and at most 10000, is 10001",
        [](Spec& s) { s.mutable_evaluation()->set_bootstrap_samples(10'001); }},
       {"evaluation.importance_repeats: must be at least 0 and at most 50, is -1",
        [](Spec& s) { s.mutable_evaluation()->set_importance_repeats(-1); }}});
  ExpectRefused(::serin::Spec("gradient_boosting", "cost"),
                {{"evaluation.split: SPLIT_STRATIFIED is for classification",
                  [](Spec& s) { s.mutable_evaluation()->set_split(Plan::SPLIT_STRATIFIED); }}});
}

Preprocessing& Add(v1::TrainingSpec& spec, const char* column) {
  Preprocessing& entry = *spec.add_preprocessing();
  entry.set_column(column);
  return entry;
}

TEST(ResolvePreprocessingTest, ThereIsOnePerFeature_AsTheAlgorithmHasIt) {
  const auto linear = Resolved(Spec("logistic_regression", "ill"), [](auto&) {}).preprocessing();
  ASSERT_EQ(linear.size(), 5);
  EXPECT_EQ(linear[0].column(), "age");
  EXPECT_EQ(linear[0].encoding(), Preprocessing::ENCODING_STANDARDISED);
  EXPECT_EQ(linear[0].missing(), Preprocessing::MISSING_MEAN);
  EXPECT_EQ(linear[1].encoding(), Preprocessing::ENCODING_ONE_HOT);
  EXPECT_EQ(linear[1].missing(), Preprocessing::MISSING_KEEP);
  const auto trees = Resolved(Spec("gradient_boosting", "ill"), [](auto&) {}).preprocessing();
  EXPECT_EQ(trees[0].encoding(), Preprocessing::ENCODING_NUMERIC);
  EXPECT_EQ(trees[0].missing(), Preprocessing::MISSING_KEEP);
  EXPECT_EQ(trees[1].encoding(), Preprocessing::ENCODING_CATEGORY_CODE);
}

TEST(ResolvePreprocessingTest, WhatIsGivenStays_InOrderOfTheFeatures) {
  const auto entries = Resolved(Spec("logistic_regression", "ill"), [](auto& s) {
                         Add(s, "ward").set_encoding(Preprocessing::ENCODING_TARGET_MEAN);
                         Preprocessing& age = Add(s, "age");
                         age.set_missing(Preprocessing::MISSING_CONSTANT);
                         age.set_fill(-1);
                         age.set_clip(true);
                       }).preprocessing();
  EXPECT_EQ(entries[0].column(), "age");
  EXPECT_EQ(entries[0].encoding(), Preprocessing::ENCODING_STANDARDISED);
  EXPECT_EQ(entries[0].missing(), Preprocessing::MISSING_CONSTANT);
  EXPECT_EQ(entries[0].fill(), -1);
  EXPECT_TRUE(entries[0].clip());
  EXPECT_EQ(entries[1].encoding(), Preprocessing::ENCODING_TARGET_MEAN);
  EXPECT_EQ(entries[1].smoothing(), 10);
}

TEST(ResolvePreprocessingTest, RefusesWhatDoesNotFitTheColumnOrTheAlgorithm) {
  using Spec = v1::TrainingSpec;
  ExpectRefused(
      ::serin::Spec("logistic_regression", "ill"),
      {{"preprocessing[0].column: 'patient' is no feature", [](Spec& s) { Add(s, "patient"); }},
       {"preprocessing[1].column: names 'age' again",
        [](Spec& s) { Add(s, "age"), Add(s, "age"); }},
       {"preprocessing[0].encoding: column 'age' is of type number; it can be ENCODING_NUMERIC",
        [](Spec& s) { Add(s, "age").set_encoding(Preprocessing::ENCODING_ONE_HOT); }},
       {"preprocessing[0].encoding: column 'ward' is of type category; it can be ENCODING_ONE_HOT",
        [](Spec& s) { Add(s, "ward").set_encoding(Preprocessing::ENCODING_MIN_MAX); }},
       {"preprocessing[0].encoding: is unknown: 42",
        [](Spec& s) { Add(s, "ward").set_encoding(static_cast<Preprocessing::Encoding>(42)); }},
       {"preprocessing[0].encoding: ENCODING_CATEGORY_CODE leaves a gap where a category is new, "
        "which logistic_regression does not take",
        [](Spec& s) { Add(s, "ward").set_encoding(Preprocessing::ENCODING_CATEGORY_CODE); }},
       {"preprocessing[0].missing: logistic_regression takes no gaps",
        [](Spec& s) { Add(s, "age").set_missing(Preprocessing::MISSING_KEEP); }},
       {"preprocessing[0].missing: column 'ward' is of type category; it can be MISSING_KEEP",
        [](Spec& s) { Add(s, "ward").set_missing(Preprocessing::MISSING_MEAN); }},
       {"preprocessing[0].fill: is only for MISSING_CONSTANT",
        [](Spec& s) { Add(s, "age").set_fill(1); }},
       {"preprocessing[0].clip: column 'ward' is of type category",
        [](Spec& s) { Add(s, "ward").set_clip(true); }},
       {"preprocessing[0].smoothing: is only for ENCODING_TARGET_MEAN",
        [](Spec& s) { Add(s, "ward").set_smoothing(1); }}});
}

TEST(ResolveSearchTest, AutoSpellsOutItsSearch_AndLeavesToCandidatesWhatTheyDecide) {
  const v1::TrainingSpec spec = Resolved(Spec("auto", "ill"), [](auto& s) {
    Add(s, "ward").set_encoding(Preprocessing::ENCODING_ONE_HOT);
  });
  EXPECT_EQ(spec.search().time_budget().seconds(), 60);
  EXPECT_EQ(spec.search().trials(), 40);
  EXPECT_EQ(spec.search().folds(), 5);
  EXPECT_EQ(spec.search().metric(), Search::METRIC_LOG_LOSS);
  EXPECT_THAT(spec.search().algorithms(), Contains("gradient_boosting"));
  EXPECT_THAT(spec.search().algorithms(), Not(Contains("majority")));
  EXPECT_THAT(spec.search().algorithms(), Not(Contains("ridge_regression")));
  EXPECT_EQ(spec.preprocessing(0).encoding(), Preprocessing::ENCODING_UNSPECIFIED);
  EXPECT_EQ(spec.preprocessing(1).encoding(), Preprocessing::ENCODING_ONE_HOT);
}

TEST(ResolveSearchTest, TuningKeepsWhatIsGiven_AndTrialsNeedNoTime) {
  const v1::TrainingSpec spec = Resolved(Spec("gradient_boosting", "cost"), [](auto& s) {
    s.mutable_search()->set_trials(7);
    (*s.mutable_hyperparameters()->mutable_fields())["max_depth"].set_number_value(4);
  });
  EXPECT_FALSE(spec.search().has_time_budget());
  EXPECT_EQ(spec.search().trials(), 7);
  EXPECT_EQ(spec.search().metric(), Search::METRIC_RMSE);
  EXPECT_EQ(spec.hyperparameters().fields_size(), 1);
  EXPECT_EQ(spec.preprocessing(0).encoding(), Preprocessing::ENCODING_NUMERIC);
}

TEST(ResolveSearchTest, RefusesSearchesThatCannotBe) {
  using Spec = v1::TrainingSpec;
  ExpectRefused(
      ::serin::Spec("auto", "ill"),
      {{"hyperparameters: auto chooses them",
        [](Spec& s) {
          (*s.mutable_hyperparameters()->mutable_fields())["max_depth"].set_number_value(4);
        }},
       {"search.time_budget: must be more than 0 s",
        [](Spec& s) { s.mutable_search()->mutable_time_budget()->set_seconds(-1); }},
       {"search.time_budget: must be more than 0 s",
        [](Spec& s) { s.mutable_search()->mutable_time_budget(); }},
       {"search.trials: must be at least 1 and at most 10000, is 10001",
        [](Spec& s) { s.mutable_search()->set_trials(10'001); }},
       {"search.folds: must be at least 2 and at most 10, is 1",
        [](Spec& s) { s.mutable_search()->set_folds(1); }},
       {"search.metric: METRIC_RMSE does not measure classification",
        [](Spec& s) { s.mutable_search()->set_metric(Search::METRIC_RMSE); }},
       {"search.algorithms[0]: ridge_regression does no classification",
        [](Spec& s) { s.mutable_search()->add_algorithms("ridge_regression"); }},
       {"search.algorithms[0]: cannot be auto again",
        [](Spec& s) { s.mutable_search()->add_algorithms("auto"); }},
       {"search.algorithms[1]: names gradient_boosting again", [](Spec& s) {
          s.mutable_search()->add_algorithms("gradient_boosting");
          s.mutable_search()->add_algorithms("gradient_boosting");
        }}});
  ExpectRefused(::serin::Spec("gradient_boosting", "ill"),
                {{"search.algorithms: is only for the algorithm auto",
                  [](Spec& s) { s.mutable_search()->add_algorithms("logistic_regression"); }}});
}

}  // namespace
}  // namespace serin
