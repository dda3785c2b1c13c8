#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/base/random_bits.h"
#include "tests/unit/core/learn/tree_testing.h"

namespace serin {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::FloatNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;
constexpr double kTolerance = 1e-6;  // Of shares in single precision.

// Ten rows of 0 to 9 with these targets.
TrainingSet Line(std::vector<double> targets, size_t class_count) {
  std::vector<std::vector<double>> rows;
  for (size_t i = 0; i < targets.size(); ++i) rows.push_back({static_cast<double>(i)});
  return MakeSet(rows, std::move(targets), class_count);
}

// Two numbers and noise: the target is 2 where they lie on the same side of 0.5, else 0.
TrainingSet Checkers(size_t row_count, bool classes) {
  RandomBits random(5);
  std::vector<std::vector<double>> rows;
  std::vector<double> targets;
  for (size_t i = 0; i < row_count; ++i) {
    rows.push_back({random.Unit(), random.Unit(), random.Unit()});
    const bool same = (rows.back()[0] < 0.5) == (rows.back()[1] < 0.5);
    targets.push_back(classes ? same : 2 * same + 0.1 * random.Unit());
  }
  return MakeSet(rows, std::move(targets), classes ? 2 : 0);
}

TEST(DecisionTreeTest, ALeafIsTheMeanOfItsRows) {
  const TrainingSet data = Line({1, 2, 3, 2, 2, 107, 108, 109, 108, 108}, 0);
  const auto scores = FitAndScore(data, "decision_tree", R"({"max_depth": 1, "smoothing": 0})");
  EXPECT_THAT(scores, Pointwise(DoubleNear(1e-5), {2, 2, 2, 2, 2, 108, 108, 108, 108, 108}));
}

TEST(DecisionTreeTest, ALeafsProbabilityIsTheShareOfItsRows) {
  const TrainingSet data = Line({0, 0, 0, 0, 1, 1, 1, 1, 1, 1}, 2);
  const auto scores = FitAndScore(data, "decision_tree", R"({"min_leaf_rows": 5, "smoothing": 0})");
  std::vector<double> expected;
  for (int row = 0; row < 10; ++row) {
    expected.push_back(row < 5 ? 0.8 : 0);
    expected.push_back(row < 5 ? 0.2 : 1);
  }
  EXPECT_THAT(scores, Pointwise(DoubleNear(kTolerance), expected));
}

TEST(DecisionTreeTest, SmoothingAddsRowsOfTheMeanToALeaf) {
  const TrainingSet data = Line({0, 0, 0, 0, 0, 1, 1, 1, 1, 1}, 2);
  const auto scores = FitAndScore(data, "decision_tree", R"({"smoothing": 2})");
  // Five rows of the class and two that are half of it.
  EXPECT_NEAR(scores[0], 6.0 / 7, kTolerance);
  EXPECT_NEAR(scores[19], 6.0 / 7, kTolerance);
}

TEST(DecisionTreeTest, ThreeClassesHaveSharesThatAddUpToOne) {
  const TrainingSet data = Line({0, 0, 1, 1, 1, 2, 2, 2, 2, 2}, 3);
  const auto scores = FitAndScore(data, "decision_tree", R"({"min_leaf_rows": 1, "smoothing": 0})");
  for (size_t row = 0; row < 10; ++row) {
    for (size_t c = 0; c < 3; ++c) {
      EXPECT_NEAR(scores[row * 3 + c], data.targets[row] == static_cast<double>(c), kTolerance);
    }
  }
}

TEST(DecisionTreeTest, ClassWeightsCountAsSoManyRows) {
  const TrainingSet data = Line({0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, 2);
  internal::v1::Predictor model;
  model.add_classes("0");
  model.add_classes("1");
  google::protobuf::Struct given;
  auto& weights = *(*given.mutable_fields())["class_weights"].mutable_struct_value();
  (*weights.mutable_fields())["1"].set_number_value(3);
  (*given.mutable_fields())["min_gain_share"].set_number_value(1);
  const Algorithm& tree = *FindAlgorithm("decision_tree");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto resolved, ResolveHyperparameters(given, tree.description));

  ASSERT_THAT(
      tree.fit(
          data, Hyperparameters(resolved), 0, [](const Iteration&) { return true; }, &model),
      IsOk());

  model.clear_classes();
  EXPECT_NEAR(ScoreRows(model, data)[1], 0.75, kTolerance);
}

TEST(DecisionTreeTest, BalancedClassesCountTheSame) {
  const TrainingSet data = Line({0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 2);
  EXPECT_NEAR(FitAndScore(data, "decision_tree", R"({"min_leaf_rows": 10})")[1], 0.1, kTolerance);
  EXPECT_NEAR(
      FitAndScore(data, "decision_tree", R"({"min_leaf_rows": 10, "balance_classes": true})")[1],
      0.5, kTolerance);
}

TEST(DecisionTreeTest, FewerRowsThanALeafNeeds_AreTheMeanOfAll) {
  const TrainingSet data = Line({1, 2, 3, 4}, 0);
  EXPECT_THAT(FitAndScore(data, "decision_tree", R"({"min_leaf_rows": 100})"), Each(2.5));
}

TEST(DecisionTreeTest, OneSplitTakesAnySetOfCategories) {
  std::vector<std::vector<double>> rows;
  std::vector<double> targets;
  for (int i = 0; i < 200; ++i) {
    const int category = i % 40;
    rows.push_back({static_cast<double>(category)});
    targets.push_back(category % 3 == 0);
  }
  TrainingSet data = MakeSet(rows, targets, 2);
  const std::string stump = R"({"max_depth": 1, "smoothing": 0, "max_categories": )";
  const auto separated = [&](const std::string& max_categories) {
    const auto scores = FitAndScore(data, "decision_tree", stump + max_categories + "}");
    for (size_t row = 0; row < data.row_count; ++row) {
      if (std::abs(scores[2 * row + 1] - targets[row]) > kTolerance) return false;
    }
    return true;
  };
  EXPECT_FALSE(separated("40"));  // Numbers have no sets.
  data.columns[0].category_count = 40;
  EXPECT_TRUE(separated("40"));
  EXPECT_FALSE(separated("39"));
}

TEST(DecisionTreeTest, TargetsOfAnyScaleAreLearned) {
  const TrainingSet data = Checkers(300, false);
  const auto scores = FitAndScore(data, "decision_tree", "{}");
  for (const double factor : {0x1p-100, 0x1p90}) {
    TrainingSet scaled = data;
    for (double& target : scaled.targets) target *= factor;
    auto expected = scores;
    for (double& score : expected) score *= factor;
    EXPECT_EQ(FitAndScore(scaled, "decision_tree", "{}"), expected) << factor;
  }
  TrainingSet huge = data;
  huge.targets[7] = 2e37;
  EXPECT_THAT(FitOn(huge, "decision_tree"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("beyond 1e+37")));
}

TEST(RandomForestTest, WithoutBootstrapAndWithAllFeatures_IsADecisionTree) {
  for (const bool classes : {false, true}) {
    const TrainingSet data = Checkers(400, classes);
    const std::string shared = R"("max_depth": 5, "min_leaf_rows": 3, "smoothing": 1)";
    const auto tree = FitAndScore(data, "decision_tree", "{" + shared + "}");
    const auto forest =
        FitAndScore(data, "random_forest",
                    R"({"bootstrap": false, "split_features": "all", "trees": 8, )" + shared + "}");
    EXPECT_THAT(forest, Pointwise(DoubleNear(1e-5), tree));
  }
}

TEST(RandomForestTest, FindsWhatNoSingleFeatureShows) {
  const TrainingSet data = Checkers(2000, true);
  const auto scores = FitAndScore(data, "random_forest", R"({"trees": 30})");
  size_t right = 0;
  for (size_t row = 0; row < data.row_count; ++row) {
    EXPECT_NEAR(scores[2 * row] + scores[2 * row + 1], 1, 1e-12);
    right += (scores[2 * row + 1] > 0.5) == (data.targets[row] == 1);
  }
  EXPECT_GT(right, 1950u);
}

TEST(RandomForestTest, TheSeedDecides) {
  const TrainingSet data = Checkers(200, true);
  const auto scores = FitAndScore(data, "random_forest", R"({"trees": 5})", 1);
  EXPECT_EQ(scores, FitAndScore(data, "random_forest", R"({"trees": 5})", 1));
  EXPECT_NE(scores, FitAndScore(data, "random_forest", R"({"trees": 5})", 2));
}

TEST(RandomForestTest, HearsOfEachTree_AndStopsWhenToldTo) {
  const TrainingSet data = Checkers(50, true);
  const Algorithm& forest = *FindAlgorithm("random_forest");
  const auto resolved = *ResolveHyperparameters({}, forest.description);
  internal::v1::Predictor model;
  model.add_classes("0");
  model.add_classes("1");
  std::vector<int> heard;
  const auto sink = [&](const Iteration& iteration) {
    heard.push_back(iteration.number);
    EXPECT_EQ(iteration.planned, 100);
    EXPECT_FALSE(iteration.loss.has_value());
    return heard.size() < 3;
  };
  EXPECT_THAT(forest.fit(data, Hyperparameters(resolved), 0, sink, &model),
              IsError(absl::StatusCode::kCancelled, HasSubstr("stopped")));
  EXPECT_THAT(heard, ::testing::ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace serin
