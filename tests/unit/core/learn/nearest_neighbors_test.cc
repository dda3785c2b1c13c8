#include "core/learn/nearest_neighbors.h"

#include <string>
#include <vector>

#include "core/engine/nearest_neighbors_engine.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/core/learn/fit_testing.h"
#include "tests/unit/core/learn/standardised_data.h"

namespace serin {
namespace {

using ::testing::DoubleNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;

// The rows at even positions, and those at odd ones.
TrainingSet EveryOther(const TrainingSet& set, size_t first) {
  std::vector<std::vector<double>> rows;
  std::vector<double> targets;
  for (size_t row = first; row < set.row_count; row += 2) {
    const double* from = set.inputs.data() + row * set.input_count;
    rows.emplace_back(from, from + set.input_count);
    targets.push_back(set.targets[row]);
  }
  return MakeSet(rows, targets, set.class_count);
}

std::vector<double> Predictions(const std::string& file, const std::string& target,
                                const std::string& hyperparameters) {
  const TrainingSet all = StandardisedData(file, target);
  const TrainingSet asked = EveryOther(all, 1);
  const auto model = FitOn(EveryOther(all, 0), "nearest_neighbors", hyperparameters);
  EXPECT_THAT(model, IsOk());
  const auto engine = NearestNeighborsEngine::Create(model->nearest_neighbors(), asked.input_count,
                                                     all.class_count);
  std::vector<double> predictions(asked.row_count * (*engine)->margin_count());
  (*engine)->Score(asked.inputs.data(), asked.row_count, predictions.data());
  return predictions;
}

// scikit-learn 1.2: KNeighborsRegressor(7, weights=...), fitted on the even rows.
TEST(NearestNeighborsTest, Diabetes_HasThePredictionsOfTheReference) {
  std::vector<double> uniform = Predictions("diabetes.csv", "progression", R"({"neighbors": 7})");
  std::vector<double> weighted =
      Predictions("diabetes.csv", "progression", R"({"neighbors": 7, "weights": "distance"})");
  uniform.resize(3);
  weighted.resize(3);
  EXPECT_THAT(uniform,
              Pointwise(DoubleNear(1e-9), std::vector<double>{101.0, 193.0, 117.57142857142857}));
  // Inputs are kept in single precision.
  EXPECT_THAT(weighted,
              Pointwise(DoubleNear(1e-4), std::vector<double>{96.20519631297675, 197.20985212933724,
                                                              117.0625312641156}));
}

// scikit-learn 1.2: KNeighborsClassifier(10, weights='distance'), fitted on the even rows.
TEST(NearestNeighborsTest, Iris_HasTheProbabilitiesOfTheReference) {
  const std::vector<double> shares =
      Predictions("iris.csv", "species", R"({"neighbors": 10, "weights": "distance"})");
  const std::vector<double> row(shares.begin() + 66 * 3, shares.begin() + 67 * 3);
  EXPECT_THAT(row, Pointwise(DoubleNear(1e-6),
                             std::vector<double>{0, 0.619480387863795, 0.380519612136205}));
  std::vector<double> sums(3);
  for (size_t i = 0; i < shares.size(); ++i) sums[i % 3] += shares[i];
  EXPECT_THAT(
      sums, Pointwise(DoubleNear(1e-5), std::vector<double>{24.709141213332643, 27.008286253070334,
                                                            23.28257253359703}));
}

TEST(NearestNeighborsTest, WithFewerRowsThanNeighbors_AsksThemAll) {
  const TrainingSet set = MakeSet({{1}, {2}, {3}}, {3, 6, 0}, 0);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "nearest_neighbors"));
  EXPECT_EQ(model.nearest_neighbors().neighbors(), 3);
}

TEST(NearestNeighborsTest, RefusesMoreNumbersThanAModelCanKeep) {
  TrainingSet set;
  set.row_count = 2'000'000;
  set.input_count = 51;
  EXPECT_THAT(FitOn(set, "nearest_neighbors"),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("algorithm: nearest_neighbors keeps all training rows, at most "
                                "100000000 numbers; these are 2000000 rows of 51 inputs")));
}

}  // namespace
}  // namespace serin
