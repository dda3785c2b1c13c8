#include "core/learn/evaluation.h"

#include <cmath>
#include <string>
#include <vector>

#include "core/learn/spec.h"
#include "core/learn/train.h"
#include "core/table/schema.h"
#include "tests/testing/read_table.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

bool GoOn(const v1::JobProgress&) { return true; }

v1::TrainingSpec SpecFor(const std::string& algorithm, const std::string& target) {
  v1::TrainingSpec spec;
  spec.set_algorithm(algorithm);
  spec.set_target(target);
  return spec;
}

absl::StatusOr<v1::Evaluation> Evaluate(const Table& table, v1::TrainingSpec spec) {
  absl::StatusOr<v1::TrainingSpec> resolved = ResolveSpec(spec, SchemaOf(table));
  if (!resolved.ok()) return resolved.status();
  absl::StatusOr<internal::v1::Bundle> bundle = TrainModel(table, *resolved, &GoOn);
  if (!bundle.ok()) return bundle.status();
  return bundle->evaluation();
}

TEST(EvaluationTest, OfAHoldout_HasMetricsCurvesIntervalsImportancesAndTheBaseline) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const v1::Evaluation evaluation,
      Evaluate(TestDataTable("iris.csv"), SpecFor("logistic_regression", "species")));
  const v1::ClassificationMetrics& metrics = evaluation.classification();
  EXPECT_EQ(metrics.curves_size(), 3);
  EXPECT_EQ(metrics.classes_size(), 3);
  EXPECT_GT(metrics.pr_auc(), 0.9);
  EXPECT_EQ(evaluation.folds_size(), 0);
  EXPECT_EQ(evaluation.intervals_size(), 7);
  for (const v1::ConfidenceInterval& interval : evaluation.intervals()) {
    if (interval.metric() != "accuracy") continue;
    EXPECT_LE(interval.lower(), metrics.accuracy());
    EXPECT_GE(interval.upper(), metrics.accuracy());
  }
  // Three classes of 40 rows to train on and 10 held out: a third each.
  EXPECT_NEAR(evaluation.baseline().classification().log_loss(), std::log(3), 1e-12);
  EXPECT_NEAR(evaluation.baseline().classification().accuracy(), 1.0 / 3, 1e-12);
  EXPECT_FALSE(evaluation.baseline().has_baseline());
}

// Petals tell the species of iris, sepals hardly.
TEST(EvaluationTest, Importances_NameWhatTheModelReliesOn_MostImportantFirst) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const v1::Evaluation evaluation,
      Evaluate(TestDataTable("iris.csv"), SpecFor("logistic_regression", "species")));
  ASSERT_EQ(evaluation.importances_size(), 4);
  EXPECT_THAT(evaluation.importances(0).feature(), HasSubstr("petal"));
  EXPECT_THAT(evaluation.importances(1).feature(), HasSubstr("petal"));
  EXPECT_GT(evaluation.importances(0).importance(), 0.5);
  EXPECT_GT(evaluation.importances(0).deviation(), 0);
  for (int i = 1; i < 4; ++i) {
    EXPECT_LE(evaluation.importances(i).importance(), evaluation.importances(i - 1).importance());
  }
}

// y = 3 a + b, and c is constant: the model does not look at it.
TEST(EvaluationTest, Importances_OfAFeatureThatIsNotUsed_AreExactlyZero) {
  std::string csv = "a,b,c,y\n";
  for (int i = 0; i < 60; ++i) {
    const int a = i * 7 % 20;
    const int b = i * 11 % 13;
    csv += std::to_string(a) + "," + std::to_string(b) + ",1," + std::to_string(3 * a + b) + "\n";
  }
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Evaluation evaluation,
                             Evaluate(TableOf(csv), SpecFor("ridge_regression", "y")));
  ASSERT_EQ(evaluation.importances_size(), 3);
  EXPECT_EQ(evaluation.importances(0).feature(), "a");
  EXPECT_EQ(evaluation.importances(1).feature(), "b");
  EXPECT_EQ(evaluation.importances(2).feature(), "c");
  EXPECT_EQ(evaluation.importances(2).importance(), 0);
  EXPECT_EQ(evaluation.importances(2).deviation(), 0);
}

TEST(EvaluationTest, OfCrossValidation_IsOfEveryRowOnce_WithEachFold) {
  v1::TrainingSpec spec = SpecFor("logistic_regression", "species");
  spec.mutable_evaluation()->set_method(v1::EvaluationPlan::METHOD_CROSS_VALIDATION);
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Evaluation evaluation,
                             Evaluate(TestDataTable("iris.csv"), spec));
  EXPECT_EQ(evaluation.train_rows(), 150);
  EXPECT_EQ(evaluation.holdout_rows(), 150);
  EXPECT_GE(evaluation.classification().accuracy(), 0.93);
  EXPECT_EQ(evaluation.importances_size(), 4);
  ASSERT_EQ(evaluation.folds_size(), 5);
  double right = 0;
  for (const v1::Evaluation& fold : evaluation.folds()) {
    EXPECT_EQ(fold.train_rows(), 120);
    EXPECT_EQ(fold.holdout_rows(), 30);
    EXPECT_TRUE(fold.classification().curves().empty());
    EXPECT_FALSE(fold.has_baseline());
    right += 30 * fold.classification().accuracy();
  }
  EXPECT_NEAR(evaluation.classification().accuracy(), right / 150, 1e-12);
}

TEST(EvaluationTest, NothingIsMadeThatIsNotAskedFor) {
  v1::TrainingSpec spec = SpecFor("ridge_regression", "progression");
  spec.mutable_evaluation()->set_bootstrap_samples(0);
  spec.mutable_evaluation()->set_importance_repeats(0);
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Evaluation evaluation,
                             Evaluate(TestDataTable("diabetes.csv"), spec));
  EXPECT_TRUE(evaluation.importances().empty());
  EXPECT_TRUE(evaluation.intervals().empty());
  EXPECT_EQ(evaluation.regression().residuals_size(), 7);
  EXPECT_NEAR(evaluation.baseline().regression().r2(), 0, 0.05);
}

// Rows of one patient are alike: split at random, the model knows the patients already.
TEST(EvaluationTest, ByGroups_AModelThatKnowsThePatientsOnlyIsFoundOut) {
  std::string csv = "patient,x,y\n";
  for (int i = 0; i < 200; ++i) {
    const int patient = i % 20;
    csv += "p" + std::to_string(patient) + "," + std::to_string(patient) + "," +
           std::to_string(patient * 7919 % 31) + "\n";
  }
  v1::TrainingSpec spec = SpecFor("gradient_boosting", "y");
  spec.add_features("x");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Evaluation random, Evaluate(TableOf(csv), spec));
  spec.mutable_evaluation()->set_split(v1::EvaluationPlan::SPLIT_GROUPED);
  spec.mutable_evaluation()->set_column("patient");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Evaluation grouped, Evaluate(TableOf(csv), spec));
  EXPECT_GT(random.regression().r2(), 0.9);
  EXPECT_LT(grouped.regression().r2(), 0.5);
  EXPECT_EQ(grouped.holdout_rows(), 40);
}

TEST(EvaluationTest, ByTime_RowsWithoutATimeAreLeftOut_AndThePastPredictsTheFuture) {
  std::string csv = "day,x,y\n";
  for (int i = 0; i < 100; ++i) {
    csv += (i % 10 == 0 ? "" : std::to_string(100 - i)) + "," + std::to_string(i * 37 % 50) + "," +
           std::to_string(i * 37 % 50 * 2 + i % 3) + "\n";
  }
  v1::TrainingSpec spec = SpecFor("ridge_regression", "y");
  spec.mutable_evaluation()->set_split(v1::EvaluationPlan::SPLIT_TIME);
  spec.mutable_evaluation()->set_column("day");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Evaluation evaluation, Evaluate(TableOf(csv), spec));
  EXPECT_EQ(evaluation.train_rows() + evaluation.holdout_rows(), 90);
  EXPECT_EQ(evaluation.holdout_rows(), 18);
  EXPECT_EQ(evaluation.importances_size(), 1);  // `day` is no feature.
}

// Class b has the last two rows, so that a split by time leaves none to train on.
TEST(EvaluationTest, TrainingRowsWithoutAClass_AreRefused_NamingIt) {
  std::string csv = "day,x,y\n";
  for (int i = 0; i < 20; ++i) {
    csv += std::to_string(i) + "," + std::to_string(i % 7) + (i < 18 ? ",a\n" : ",b\n");
  }
  v1::TrainingSpec spec = SpecFor("logistic_regression", "y");
  spec.mutable_evaluation()->set_split(v1::EvaluationPlan::SPLIT_TIME);
  spec.mutable_evaluation()->set_column("day");
  EXPECT_THAT(Evaluate(TableOf(csv), spec),
              IsError(kInvalid, HasSubstr("evaluation.split: class 'b' has no row to train on")));
}

}  // namespace
}  // namespace serin
