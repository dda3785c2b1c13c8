#include "core/explain/sampled_shapley.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "core/base/status_macros.h"
#include "core/engine/predictor.h"
#include "tests/testing/small_model.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

Table Rows(std::vector<double> x, std::vector<std::string> c) {
  Table rows;
  rows.columns.push_back({.name = "x", .type = v1::COLUMN_TYPE_NUMBER, .numbers = std::move(x)});
  rows.columns.push_back({.name = "c", .type = v1::COLUMN_TYPE_CATEGORY});
  for (std::string& text : c) {
    rows.columns[1].codes.push_back(static_cast<int32_t>(rows.columns[1].dictionary.size()));
    rows.columns[1].dictionary.push_back(std::move(text));
  }
  return rows;
}

class SampledShapleyTest : public ::testing::Test {
 protected:
  absl::StatusOr<Explanations> Explain(const internal::v1::Predictor& model, const Table& rows,
                                       size_t samples, uint64_t seed = 0, bool stop = false) {
    SERIN_ASSIGN_OR_RETURN(const auto predictor, Predictor::Create(model));
    Explanations explanations;
    SERIN_ASSIGN_OR_RETURN(explanations.predictions, predictor->Score(rows));
    SERIN_RETURN_IF_ERROR((SampledShapley{*predictor, background_, samples, seed})
                              .Explain(
                                  rows, [stop] { return stop; }, &explanations));
    return explanations;
  }

  const Table background_ = Rows({0, 4}, {"red", "blue"});
};

// 2 * (x - 1) + 10 blue + 20 red + 0.5: features do not depend on each other, so that whole rounds
// of the background give the exact values.
TEST_F(SampledShapleyTest, OfALinearModel_AreItsExactOnes) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Explanations explained,
                             Explain(SmallLinearModel(), Rows({5}, {"red"}), 40));
  EXPECT_THAT(explained.bases, ElementsAre(17.5));  // Of 18.5 and 16.5.
  EXPECT_THAT(explained.scores, ElementsAre(28.5));
  EXPECT_THAT(explained.contributions,
              ElementsAre(::testing::DoubleNear(6, 1e-9), ::testing::DoubleNear(5, 1e-9)));
  // What x moves by is 10 or 2, which of them half and half: its error is 4 / sqrt(39).
  EXPECT_NEAR(explained.errors[0], 4 / std::sqrt(39.0), 1e-9);
}

TEST_F(SampledShapleyTest, AddUpToTheScore_WhateverWasDrawn) {
  for (const size_t samples : {size_t{2}, size_t{3}, size_t{17}}) {
    SERIN_ASSERT_OK_AND_ASSIGN(
        const Explanations explained,
        Explain(SmallTreeModel(), Rows({7, 1}, {"red", "green"}), samples, samples));
    ASSERT_EQ(explained.contributions.size(), 4u);
    ASSERT_EQ(explained.errors.size(), 4u);
    for (size_t row = 0; row < 2; ++row) {
      EXPECT_NEAR(explained.bases[0] + explained.contributions[2 * row] +
                      explained.contributions[2 * row + 1],
                  explained.scores[row], 1e-12);
      EXPECT_EQ(explained.scores[row], explained.predictions.values[2 * row + 1]);
    }
  }
}

TEST_F(SampledShapleyTest, SameSeed_GivesTheSame_WhateverOtherRowsThereAre) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Explanations alone,
                             Explain(SmallTreeModel(), Rows({7}, {"red"}), 5, 9));
  SERIN_ASSERT_OK_AND_ASSIGN(const Explanations second,
                             Explain(SmallTreeModel(), Rows({1, 7}, {"blue", "red"}), 5, 9));
  EXPECT_EQ(alone.contributions[0], second.contributions[2]);
  EXPECT_EQ(alone.errors[1], second.errors[3]);
}

TEST_F(SampledShapleyTest, ErrorsSayHowFarOffTheEstimatesAre) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Explanations exact,
                             Explain(SmallTreeModel(), Rows({7}, {"red"}), 40'000, 1));
  int within = 0;
  constexpr int kSeeds = 200;
  for (int seed = 0; seed < kSeeds; ++seed) {
    SERIN_ASSERT_OK_AND_ASSIGN(const Explanations drawn,
                               Explain(SmallTreeModel(), Rows({7}, {"red"}), 50, 100 + seed));
    within += std::abs(drawn.contributions[0] - exact.contributions[0]) < 2 * drawn.errors[0];
  }
  EXPECT_GE(within, kSeeds * 9 / 10);  // Nearly all within two standard errors.
}

TEST_F(SampledShapleyTest, NothingMovesARowOfABackgroundOfOne) {
  const auto predictor = Predictor::Create(SmallTreeModel()).value();
  const Table rows = Rows({7}, {"red"});
  Explanations explained;
  SERIN_ASSERT_OK_AND_ASSIGN(explained.predictions, predictor->Score(rows));
  ASSERT_THAT((SampledShapley{*predictor, rows, 4, 0})
                  .Explain(
                      rows, [] { return false; }, &explained),
              IsOk());
  EXPECT_THAT(explained.contributions, Each(0));
  EXPECT_THAT(explained.errors, Each(0));
}

TEST_F(SampledShapleyTest, CanBeStopped) {
  EXPECT_THAT(Explain(SmallTreeModel(), Rows({7}, {"red"}), 100, 0, /*stop=*/true),
              IsError(absl::StatusCode::kCancelled, "the explanation was stopped"));
}

// An order of so many features makes as many rows, of as many values each: in one piece, 200 MB.
TEST(WideSampledShapleyTest, AreScoredInPieces_AndCanBeStoppedInBetween) {
  constexpr int kFeatures = 5000;
  internal::v1::Predictor model;
  model.set_task(v1::TASK_REGRESSION);
  model.mutable_target()->set_name("y");
  model.mutable_linear()->add_intercepts(0);
  Table background;
  Table rows;
  for (int i = 0; i < kFeatures; ++i) {
    v1::ColumnSchema& column = *model.mutable_features()->add_columns();
    column.set_name(std::to_string(i));
    column.set_type(v1::COLUMN_TYPE_NUMBER);
    internal::v1::NumericTransform& numeric =
        *model.mutable_pipeline()->add_columns()->mutable_numeric();
    numeric.set_scale(1);
    numeric.set_fill(0);
    model.mutable_linear()->add_weights(i);
    background.columns.push_back({.name = column.name(), .type = column.type(), .numbers = {1}});
    rows.columns.push_back({.name = column.name(), .type = column.type(), .numbers = {3}});
  }
  SERIN_ASSERT_OK_AND_ASSIGN(const auto predictor, Predictor::Create(model));
  Explanations explained;
  SERIN_ASSERT_OK_AND_ASSIGN(explained.predictions, predictor->Score(rows));
  const SampledShapley sampled = {*predictor, background, 2, 0};
  int asked = 0;
  ASSERT_THAT(sampled.Explain(
                  rows,
                  [&] {
                    ++asked;
                    return false;
                  },
                  &explained),
              IsOk());
  EXPECT_GT(asked, 10);
  for (int i = 0; i < kFeatures; ++i) ASSERT_NEAR(explained.contributions[i], 2.0 * i, 1e-6);
}

}  // namespace
}  // namespace serin
