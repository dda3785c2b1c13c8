#include "core/learn/train.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "core/learn/spec.h"
#include "core/table/schema.h"
#include "tests/testing/read_table.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

bool GoOn(const v1::JobProgress&) { return true; }

v1::TrainingSpec Resolved(const Table& table, const std::string& algorithm,
                          const std::string& target, double holdout = 0.2) {
  v1::TrainingSpec spec;
  spec.set_algorithm(algorithm);
  spec.set_target(target);
  spec.set_holdout_fraction(holdout);
  return *ResolveSpec(spec, SchemaOf(table));
}

absl::StatusOr<internal::v1::Bundle> Train(const Table& table, const std::string& algorithm,
                                           const std::string& target, double holdout = 0.2) {
  return TrainModel(table, Resolved(table, algorithm, target, holdout), &GoOn);
}

void ExpectWeights(const internal::v1::LinearEstimator& linear, const std::vector<double>& weights,
                   double tolerance) {
  ASSERT_GE(static_cast<size_t>(linear.weights_size()), weights.size());
  for (size_t i = 0; i < weights.size(); ++i) {
    EXPECT_NEAR(linear.weights(static_cast<int>(i)), weights[i], tolerance) << i;
  }
}

// What the stopping rule may leave of the way to the optimum.
constexpr double kLogisticTolerance = 1e-5;

// The optimum in numpy: standardised inputs, Newton's method on the penalised likelihood (l2 = 1)
// to a gradient below 1e-14; scikit-learn's LogisticRegression(C=1) agrees as far as it converges.
TEST(LogisticRegressionTest, Multinomial_FindsTheOptimum) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto bundle,
                             Train(TestDataTable("iris.csv"), "logistic_regression", "species", 0));
  const auto& linear = bundle.predictor().linear();
  ExpectWeights(linear,
                {-1.074066154157, 1.160115116214, -1.930691861683, -1.811556124247, 0.587810239848,
                 -0.361840626328, -0.363431022937, -0.826269576403, 0.486255914309, -0.798274489886,
                 2.294122884620, 2.637825700650},
                kLogisticTolerance);
  // The likelihood does not change when all intercepts do by the same amount.
  EXPECT_NEAR(linear.intercepts(1) - linear.intercepts(0), 2.074839784235 + 0.205241133016,
              kLogisticTolerance);
  EXPECT_NEAR(linear.intercepts(2) - linear.intercepts(0), -1.869598651219 + 0.205241133016,
              kLogisticTolerance);
}

TEST(LogisticRegressionTest, Binary_FindsTheOptimum) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto bundle, Train(TestDataTable("breast_cancer.csv"),
                                                      "logistic_regression", "diagnosis", 0));
  const auto& linear = bundle.predictor().linear();
  ExpectWeights(linear, {0.363092531918, 0.387675442419, 0.351062118680, 0.435609803286},
                kLogisticTolerance);
  EXPECT_NEAR(linear.intercepts(0), -0.214502717402, kLogisticTolerance);
}

// scikit-learn 1.2: Ridge(alpha=1) after StandardScaler().
TEST(RidgeRegressionTest, FindsTheOptimum) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto bundle, Train(TestDataTable("diabetes.csv"),
                                                      "ridge_regression", "progression", 0));
  const auto& linear = bundle.predictor().linear();
  ExpectWeights(
      linear,
      {-0.431172658225, -11.333654931878, 24.771241809473, 15.373472852972, -30.088400592596,
       16.653152303354, 1.462107011105, 7.521110929123, 32.843750856516, 3.266384869372},
      1e-8);
  EXPECT_NEAR(linear.intercepts(0), 152.133484162896, 1e-8);
}

// By hand: c becomes four one-hot inputs, x a fifth that is always 0, for four rows. Centred, the
// products of the rows are those of the centring matrix I - 1/4, whose eigenvalue for deviations
// from the mean is 1: the fit shrinks those of y by 1 / (1 + l2).
TEST(RidgeRegressionTest, MoreInputsThanRows_FindsTheOptimumToo) {
  const Table table = TableOf("c,x,y\na,1,0\nb,1,4\nc,1,8\nd,1,12\n");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto bundle, Train(table, "ridge_regression", "y", 0));
  const auto& outputs = bundle.golden_rows().outputs();
  const double shrink = 0.5;
  EXPECT_NEAR(outputs[0], 6 - 6 * shrink, 1e-12);
  EXPECT_NEAR(outputs[1], 6 - 2 * shrink, 1e-12);
  EXPECT_NEAR(outputs[2], 6 + 2 * shrink, 1e-12);
  EXPECT_NEAR(outputs[3], 6 + 6 * shrink, 1e-12);
}

TEST(TrainModelTest, Iris_IsLearnedByBothKindsOfModel) {
  for (const char* algorithm : {"logistic_regression", "gradient_boosting"}) {
    SERIN_ASSERT_OK_AND_ASSIGN(const auto bundle,
                               Train(TestDataTable("iris.csv"), algorithm, "species"));
    EXPECT_EQ(bundle.evaluation().train_rows(), 120);
    EXPECT_EQ(bundle.evaluation().holdout_rows(), 30);
    EXPECT_GE(bundle.evaluation().classification().accuracy(), 0.9) << algorithm;
    EXPECT_THAT(bundle.predictor().classes(), ElementsAre("setosa", "versicolor", "virginica"));
    EXPECT_EQ(bundle.golden_rows().outputs_size(), 16 * 3);
  }
}

TEST(TrainModelTest, TheSameSpecificationGivesTheSameBytes_AnotherSeedDoesNot) {
  const Table table = TestDataTable("wine.csv");
  for (const char* algorithm : {"logistic_regression", "gradient_boosting"}) {
    v1::TrainingSpec spec = Resolved(table, algorithm, "cultivar");
    SERIN_ASSERT_OK_AND_ASSIGN(const auto first, TrainModel(table, spec, &GoOn));
    SERIN_ASSERT_OK_AND_ASSIGN(const auto second, TrainModel(table, spec, &GoOn));
    spec.set_seed(1);
    SERIN_ASSERT_OK_AND_ASSIGN(const auto other, TrainModel(table, spec, &GoOn));
    EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString()) << algorithm;
    EXPECT_NE(first.SerializeAsString(), other.SerializeAsString()) << algorithm;
  }
}

// Single precision, in which XGBoost reads its parameters, has no such numbers.
TEST(TrainModelTest, TinyNumbersAreAsZeroToTrees) {
  const Table table = TableOf("x,y\n1,1e-300\n2,2e-300\n3,1e-300\n4,2e-300\n");
  for (const char* name : {"learning_rate", "row_share", "feature_share", "min_child_weight"}) {
    v1::TrainingSpec spec = Resolved(table, "gradient_boosting", "y", 0);
    (*spec.mutable_hyperparameters()->mutable_fields())[name].set_number_value(1e-300);
    SERIN_ASSERT_OK_AND_ASSIGN(const auto bundle, TrainModel(table, spec, &GoOn));
    EXPECT_THAT(bundle.golden_rows().outputs(), Each(DoubleNear(0, 1e-30))) << name;
  }
}

TEST(TrainModelTest, WithoutHoldoutThereIsNoEvaluation) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto bundle,
                             Train(TestDataTable("iris.csv"), "logistic_regression", "species", 0));
  EXPECT_FALSE(bundle.has_evaluation());
}

TEST(TrainModelTest, RowsWithoutTargetAreLeftOut_GapsInFeaturesAreNot) {
  const Table table = TestDataTable("airquality.csv");  // 153 rows, 37 of them without ozone.
  for (const char* algorithm : {"ridge_regression", "gradient_boosting"}) {
    SERIN_ASSERT_OK_AND_ASSIGN(const auto bundle, Train(table, algorithm, "ozone"));
    EXPECT_EQ(bundle.evaluation().train_rows() + bundle.evaluation().holdout_rows(), 116);
    EXPECT_GT(bundle.evaluation().regression().r2(), 0.3) << algorithm;
  }
}

TEST(TrainModelTest, ProgressGoesThroughTheStagesAndNeverBack) {
  const Table table = TestDataTable("iris.csv");
  std::vector<v1::JobProgress> reports;
  SERIN_ASSERT_OK_AND_ASSIGN(const auto bundle,
                             TrainModel(table, Resolved(table, "gradient_boosting", "species"),
                                        [&](const v1::JobProgress& progress) {
                                          reports.push_back(progress);
                                          return true;
                                        }));
  EXPECT_EQ(reports.front().stage(), "preparing");
  EXPECT_EQ(reports.back().stage(), "evaluating");
  const v1::JobProgress& last_round = reports[reports.size() - 2];
  EXPECT_EQ(last_round.iteration(), 100);
  EXPECT_EQ(last_round.iteration_count(), 100);
  EXPECT_LT(last_round.loss(), 0.1);
  for (size_t i = 1; i < reports.size(); ++i) {
    EXPECT_GE(reports[i].fraction(), reports[i - 1].fraction());
  }
}

TEST(TrainModelTest, StopsWhenTold_InEveryAlgorithm) {
  const std::vector<std::pair<const char*, const char*>> kinds = {
      {"gradient_boosting", "progression"},
      {"ridge_regression", "progression"},
      {"logistic_regression", "sex"}};
  const Table table = TestDataTable("diabetes.csv");
  for (const auto& [algorithm, target] : kinds) {
    int reports = 0;
    EXPECT_THAT(TrainModel(table, Resolved(table, algorithm, target),
                           [&](const v1::JobProgress&) { return ++reports < 3; }),
                IsError(absl::StatusCode::kCancelled, HasSubstr("stopped")))
        << algorithm;
    EXPECT_EQ(reports, 3) << algorithm;
  }
}

TEST(TrainModelTest, NumbersAndBooleansCanBeClasses) {
  const Table table = TableOf("n,b,x\n10,true,1\n9.5,false,2\n10,true,1.5\n9.5,false,2.5\n");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto numbers, Train(table, "logistic_regression", "n", 0));
  EXPECT_THAT(numbers.predictor().classes(), ElementsAre("9.5", "10"));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto booleans, Train(table, "gradient_boosting", "b", 0));
  EXPECT_THAT(booleans.predictor().classes(), ElementsAre("false", "true"));
}

struct BadData {
  const char* csv;
  const char* algorithm;
  const char* message;
};

TEST(TrainModelTest, RefusesDataThatTeachNothing_SayingWhy) {
  const std::vector<BadData> cases = {
      {"x,y\n1,7\n2,8\n3,\n4,\n", "ridge_regression", "in only 2 rows; at least 4 are needed"},
      {"x,y\n1,7\n2,7\n3,7\n4,7\n", "ridge_regression", "column 'y' is '7' in every row"},
      {"x,y\n1,a\n2,a\n3,a\n4,a\n", "logistic_regression", "column 'y' is 'a' in every row"},
      {"x,y\n1,a\n2,a\n3,b\n4,a\n", "logistic_regression",
       "target: column 'y' has class 'b' in 1 row; every class needs at least 2"},
      {"x,y\n1,1\n2,2\n3,3\n4,1e20\n", "ridge_regression", "numbers beyond 1e15"},
      {"x,y\n1,a\n2,b\n3,c\n4,d\n", "logistic_regression",
       "target: column 'y' has 4 classes in 4 rows; every class needs at least 2 rows"},
  };
  for (const BadData& bad : cases) {
    EXPECT_THAT(Train(TableOf(bad.csv), bad.algorithm, "y"),
                IsError(kInvalid, HasSubstr(bad.message)))
        << bad.csv;
  }
}

TEST(TrainModelTest, AColumnWithoutValues_IsRefused_NamingIt) {
  Table table = TableOf("x,z,y\n1,1,1\n2,2,2\n3,3,3\n4,4,4\n");
  const std::vector<double> gaps(4, std::numeric_limits<double>::quiet_NaN());
  table.columns[1].numbers = gaps;
  EXPECT_THAT(Train(table, "ridge_regression", "y"),
              IsError(kInvalid, HasSubstr("features: column 'z' has no values in the rows to "
                                          "train on; leave it out")));
  table.columns[2].numbers = gaps;
  EXPECT_THAT(Train(table, "ridge_regression", "y"),
              IsError(kInvalid, HasSubstr("target: column 'y' has no values")));
}

TEST(TrainModelTest, AnInfiniteTarget_IsRefused_OneThatIsNoNumberIsMissing) {
  Table table = TableOf("x,y\n1,1\n2,2\n3,3\n4,4\n5,6\n");
  table.columns[1].numbers[2] = std::numeric_limits<double>::infinity();
  EXPECT_THAT(Train(table, "ridge_regression", "y"),
              IsError(kInvalid, HasSubstr("target: column 'y' holds numbers beyond 1e15 or "
                                          "infinite ones")));
  table.columns[1].numbers[2] = std::numeric_limits<double>::quiet_NaN();
  SERIN_ASSERT_OK_AND_ASSIGN(const auto bundle, Train(table, "ridge_regression", "y"));
  EXPECT_EQ(bundle.evaluation().train_rows() + bundle.evaluation().holdout_rows(), 4);
}

TEST(TrainModelTest, AHundredThousandOneHotInputs_AreRefused_SayingHowLargeTheMatrixWouldBe) {
  Table table{{{"c", v1::COLUMN_TYPE_CATEGORY, {}, {}, {}}, {"y", v1::COLUMN_TYPE_NUMBER}}};
  for (int row = 0; row < 100'000; ++row) {
    table.columns[0].codes.push_back(row);
    table.columns[0].dictionary.push_back(std::to_string(row));
    table.columns[1].numbers.push_back(row % 7);
  }
  EXPECT_THAT(Train(table, "ridge_regression", "y", 0),
              IsError(kInvalid, HasSubstr("features: 100000 rows become 100000 inputs")));
}

TEST(TrainModelTest, TooManyClasses_AreRefused_WithTheirNumber) {
  std::string csv = "x,y\n";
  for (int i = 0; i < 2002; ++i) csv += "1," + std::to_string(i / 2) + "\n";
  EXPECT_THAT(Train(TableOf(csv), "logistic_regression", "y"),
              IsError(kInvalid, HasSubstr("has 1001 classes; at most 1000 are allowed")));
}

}  // namespace
}  // namespace serin
