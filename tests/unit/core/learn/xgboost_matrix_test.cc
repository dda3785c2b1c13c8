#include "core/learn/xgboost_matrix.h"

#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/core/learn/fit_testing.h"
#include "tests/unit/core/learn/tree_testing.h"

namespace serin {
namespace {

using ::testing::ElementsAre;

// So many that the bins are our own.
constexpr size_t kRows = 12'000;

// Numbers of whole rows in an order of their own, each once.
double Shuffled(size_t row) { return static_cast<double>(row * 7'919 % kRows); }

TEST(XgboostMatrixTest, LargeMatricesAreCutAtExactQuantiles) {
  std::vector<std::vector<double>> rows;
  std::vector<double> targets;
  for (size_t row = 0; row < kRows; ++row) {
    rows.push_back({Shuffled(row)});
    targets.push_back(rows.back()[0] < 5'900 ? 0 : 1);
  }
  // Bins begin at 0, 3000, 6000 and 9000; the one nearest to where the target changes is taken.
  const auto model = FitOn(MakeSet(rows, targets, 0), "gradient_boosting",
                           R"({"rounds": 1, "max_depth": 1, "max_bins": 4})");
  ASSERT_THAT(model, IsOk());
  EXPECT_EQ(model->trees().trees(0).thresholds(0), 6'000);
}

TEST(XgboostMatrixTest, LargeMatricesHaveEveryCategory_AndGaps) {
  std::vector<std::vector<double>> rows;
  std::vector<double> targets;
  for (size_t row = 0; row < kRows; ++row) {
    // The last category is there once.
    const size_t category = row == 0 ? 40 : row % 40;
    const bool gap = row % 5 == 0;
    rows.push_back({static_cast<double>(category),
                    gap ? std::numeric_limits<double>::quiet_NaN() : Shuffled(row)});
    targets.push_back((category % 3 == 1 ? 10 : 0) + (gap ? 5 : 0));
  }
  TrainingSet data = MakeSet(rows, targets, 0);
  data.columns[0].category_count = 41;
  const std::vector<double> outputs = FitAndScore(
      data, "gradient_boosting",
      R"({"rounds": 40, "max_depth": 3, "learning_rate": 0.5, "l2": 0, "min_child_weight": 0})");
  ASSERT_EQ(outputs.size(), kRows);
  for (size_t row = 0; row < kRows; ++row) ASSERT_NEAR(outputs[row], targets[row], 0.01) << row;
}

TEST(XgboostMatrixTest, ValidationRowsOfLargeMatricesAreCutAsTheOthers) {
  std::vector<std::vector<double>> rows;
  std::vector<double> targets;
  for (size_t row = 0; row < 2 * kRows; ++row) {
    rows.push_back({Shuffled(row % kRows) + static_cast<double>(row) / 1e6});
    targets.push_back(rows.back()[0] < 6'000 ? 0 : 1);
  }
  const TrainingSet data = MakeSet(rows, targets, 2);
  const auto model = FitOn(data, "gradient_boosting",
                           R"({"rounds": 500, "max_depth": 2, "early_stopping_rounds": 5,
                               "learning_rate": 0.3, "max_bins": 1024})");
  ASSERT_THAT(model, IsOk());
  const std::vector<double> outputs = ScoreRows(*model, data);
  int wrong = 0;
  for (size_t row = 0; row < data.row_count; ++row) {
    wrong += (outputs[2 * row + 1] > 0.5) != (targets[row] == 1);
  }
  EXPECT_LE(wrong, 2 * kRows / 1024);
}

TEST(XgboostMatrixTest, AnInputWithoutValuesInALargeMatrix_TellsNothing) {
  std::vector<std::vector<double>> rows;
  std::vector<double> targets;
  for (size_t row = 0; row < kRows; ++row) {
    rows.push_back({std::numeric_limits<double>::quiet_NaN(), static_cast<double>(row % 2)});
    targets.push_back(static_cast<double>(row % 2));
  }
  const auto model = FitOn(MakeSet(rows, targets, 0), "decision_tree", R"({"smoothing": 0})");
  ASSERT_THAT(model, IsOk());
  EXPECT_THAT(model->trees().trees(0).features(), ElementsAre(1, 0, 0));
}

}  // namespace
}  // namespace serin
