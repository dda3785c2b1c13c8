#include "core/learn/training_profile.h"

#include <numeric>
#include <vector>

#include "core/learn/spec.h"
#include "core/learn/train.h"
#include "core/table/schema.h"
#include "tests/testing/read_table.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;

internal::v1::Bundle TrainedOn(const Table& table, const std::string& algorithm,
                               const std::string& target, double holdout) {
  v1::TrainingSpec spec;
  spec.set_algorithm(algorithm);
  spec.set_target(target);
  spec.set_holdout_fraction(holdout);
  return *TrainModel(table, *ResolveSpec(spec, SchemaOf(table)),
                     [](const v1::JobProgress&) { return true; });
}

TEST(TrainingProfileTest, CountsTheRowsFittedOn_AndTheModelsOwnAnswers) {
  const Table iris = TestDataTable("iris.csv");
  const auto profile = TrainedOn(iris, "logistic_regression", "species", 0).profile();
  EXPECT_EQ(profile.row_count(), 150);
  ASSERT_EQ(profile.features_size(), 4);
  for (const auto& feature : profile.features()) {
    EXPECT_EQ(std::accumulate(feature.counts().begin(), feature.counts().end(), int64_t{0}), 150);
    EXPECT_EQ(feature.counts_size(), feature.bounds_size() + 1);
  }
  EXPECT_THAT(profile.features(0).bounds(), ElementsAre(4.8, 5, 5.2, 5.6, 5.8, 6.1, 6.3, 6.5, 6.9));
  // As the weights that LogisticRegressionTest knows from numpy answer.
  EXPECT_THAT(profile.prediction().categories(), ElementsAre("virginica", "setosa", "versicolor"));
  EXPECT_THAT(profile.prediction().counts(), ElementsAre(52, 50, 48, 0));
}

TEST(TrainingProfileTest, InputMeans_AreThoseOfWhatThePipelineMakes) {
  Table rows;
  rows.columns = {{"c", v1::COLUMN_TYPE_CATEGORY, {}, {0, 1, 0, 0, 1, 0, 0, 0}, {"a", "b"}},
                  {"y", v1::COLUMN_TYPE_NUMBER, {1, 5, 1, 2, 6, 1, 2, 1}, {}, {}}};
  const auto profile = TrainedOn(rows, "ridge_regression", "y", 0).profile();
  EXPECT_THAT(profile.input_means(), ElementsAre(0.75, 0.25));
}

TEST(TrainingProfileTest, LeavesTheHoldoutOut) {
  const auto bundle = TrainedOn(TestDataTable("iris.csv"), "gradient_boosting", "species", 0.2);
  EXPECT_EQ(bundle.profile().row_count(), bundle.evaluation().train_rows());
}

TEST(TrainingProfileTest, TakesNoMoreThanTwentyThousandRows) {
  Table rows;
  rows.columns = {{"x", v1::COLUMN_TYPE_NUMBER, {}, {}, {}},
                  {"y", v1::COLUMN_TYPE_NUMBER, {}, {}, {}}};
  for (int i = 0; i < 50'000; ++i) {
    rows.columns[0].numbers.push_back(i);
    rows.columns[1].numbers.push_back(i % 7);
  }
  const auto profile = TrainedOn(rows, "linear_regression", "y", 0).profile();
  EXPECT_EQ(profile.row_count(), 20'000);
  EXPECT_THAT(profile.features(0).counts(),
              ElementsAre(2000, 2000, 2000, 2000, 2000, 2000, 2000, 2000, 2000, 2000));
  EXPECT_NEAR(profile.features(0).bounds(4), 25'000, 5);
}

}  // namespace
}  // namespace serin
