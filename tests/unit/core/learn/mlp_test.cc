#include "core/learn/mlp.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/engine/mlp_engine.h"
#include "core/learn/adam.h"
#include "core/learn/mlp_fit.h"
#include "core/learn/mlp_loss.h"
#include "core/learn/mlp_network.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/core/learn/fit_testing.h"
#include "tests/unit/core/learn/standardised_data.h"

namespace serin {
namespace {

using internal::v1::MlpEstimator;
using ::testing::HasSubstr;

std::vector<size_t> AllRows(const TrainingSet& set) {
  std::vector<size_t> rows(set.row_count);
  for (size_t row = 0; row < rows.size(); ++row) rows[row] = row;
  return rows;
}

// The derivatives by differences of losses, for every task and activation.
TEST(MlpNetworkTest, DerivativesAreThoseOfTheLoss) {
  const std::vector<std::pair<const char*, const char*>> files = {
      {"iris.csv", "species"}, {"breast_cancer.csv", "diagnosis"}, {"diabetes.csv", "progression"}};
  for (const auto& [file, target] : files) {
    for (const auto activation : {MlpEstimator::ACTIVATION_TANH, MlpEstimator::ACTIVATION_RELU}) {
      const TrainingSet set = StandardisedData(file, target);
      const MlpLoss loss(set);
      const std::vector<size_t> rows = AllRows(set);
      Random random(3);
      MlpNetwork network(
          activation,
          {static_cast<int>(set.input_count), 5, 4, static_cast<int>(loss.output_count())},
          &random);
      const FloatMatrix inputs = loss.Inputs(rows.data(), rows.size());
      FloatMatrix slopes;
      loss.Evaluate(rows.data(), network.Forward(inputs), &slopes);
      const std::vector<MlpWeights> derivatives = network.Derivatives(slopes);
      for (size_t layer = 0; layer < 3; ++layer) {
        float& weight = network.layers()[layer].weights(0, 1);
        const float before = weight;
        constexpr float kStep = 1e-3F;
        weight = before + kStep;
        const double up = loss.Evaluate(rows.data(), network.Forward(inputs), nullptr);
        weight = before - kStep;
        const double down = loss.Evaluate(rows.data(), network.Forward(inputs), nullptr);
        weight = before;
        const double expected = (up - down) / (2 * kStep);
        EXPECT_NEAR(derivatives[layer].weights(0, 1), expected, 0.02 * std::abs(expected) + 0.05)
            << file << " layer " << layer;
      }
    }
  }
}

// By hand: with a slope of 1 the first step is one of the learning rate, and so is the second.
TEST(AdamTest, FirstStepsHaveTheLengthOfTheLearningRate) {
  std::vector<MlpWeights> layers = {{FloatMatrix::Zero(1, 2), Eigen::RowVectorXf::Zero(1)}};
  std::vector<MlpWeights> slopes = {{FloatMatrix(1, 2), Eigen::RowVectorXf::Constant(1, -4)}};
  slopes[0].weights << 1, 0;
  Adam adam(0.5, layers);
  adam.Step(slopes, &layers);
  EXPECT_NEAR(layers[0].weights(0, 0), -0.5, 1e-5);
  EXPECT_EQ(layers[0].weights(0, 1), 0);
  EXPECT_NEAR(layers[0].biases[0], 0.5, 1e-5);
  adam.Step(slopes, &layers);
  EXPECT_NEAR(layers[0].weights(0, 0), -1, 1e-5);
}

// What no linear model can: exclusive or.
TEST(MlpTest, LearnsExclusiveOr) {
  std::vector<std::vector<double>> rows;
  std::vector<double> targets;
  for (int i = 0; i < 80; ++i) {
    rows.push_back({i % 2 ? 1.0 : -1.0, i / 2 % 2 ? 1.0 : -1.0});
    targets.push_back(i % 2 != i / 2 % 2);
  }
  for (const char* activation : {"relu", "tanh"}) {
    SERIN_ASSERT_OK_AND_ASSIGN(
        const auto model,
        FitOn(MakeSet(rows, targets, 2), "mlp",
              std::string(R"({"hidden_layers": [16], "learning_rate": 0.02, "activation": ")") +
                  activation + "\"}"));
    SERIN_ASSERT_OK_AND_ASSIGN(const auto engine, MlpEngine::Create(model.mlp(), 2, 2));
    const double corners[] = {1, 1, 1, -1, -1, 1, -1, -1};
    double margins[4];
    engine->Score(corners, 4, margins);
    EXPECT_LT(margins[0], -1) << activation;
    EXPECT_GT(margins[1], 1) << activation;
    EXPECT_GT(margins[2], 1) << activation;
    EXPECT_LT(margins[3], -1) << activation;
  }
}

TEST(MlpTest, ARegressionIsInTheUnitOfTheTarget) {
  std::vector<std::vector<double>> rows;
  std::vector<double> targets;
  for (int i = -20; i <= 20; ++i) {
    rows.push_back({i / 10.0});
    targets.push_back(1e6 + 1e5 * std::abs(i / 10.0));
  }
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model,
                             FitOn(MakeSet(rows, targets, 0), "mlp", R"({"validation_share": 0})"));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto engine, MlpEngine::Create(model.mlp(), 1, 0));
  for (const double x : {-2.0, -0.5, 1.5}) {
    double value = 0;
    engine->Score(&x, 1, &value);
    EXPECT_NEAR(value, 1e6 + 1e5 * std::abs(x), 1.5e4) << x;
  }
}

TEST(MlpTest, TheSeedDecides) {
  const TrainingSet set = StandardisedData("iris.csv", "species");
  const std::string few = R"({"max_epochs": 3})";
  SERIN_ASSERT_OK_AND_ASSIGN(const auto one, FitOn(set, "mlp", few, 7));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto same, FitOn(set, "mlp", few, 7));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto other, FitOn(set, "mlp", few, 8));
  EXPECT_EQ(one.SerializeAsString(), same.SerializeAsString());
  EXPECT_NE(one.SerializeAsString(), other.SerializeAsString());
}

MlpOptions SmallOptions() {
  return {.hidden_layers = {8},
          .activation = MlpEstimator::ACTIVATION_RELU,
          .learning_rate = 0.01,
          .l2 = 0,
          .batch_size = 16,
          .max_epochs = 500,
          .patience = 5,
          .validation_share = 0.2};
}

TEST(FitMlpTest, EndsWhenTheValidationRowsShowNoImprovement) {
  const TrainingSet set = StandardisedData("iris.csv", "species");
  MlpEstimator estimator;
  std::vector<double> losses;
  EXPECT_THAT(FitMlp(
                  set, SmallOptions(), 1,
                  [&](const Iteration& epoch) {
                    losses.push_back(epoch.validation_loss.value());
                    return true;
                  },
                  &estimator),
              IsOk());
  ASSERT_GT(losses.size(), 6u);
  EXPECT_LT(losses.size(), 500u);
  const double before = *std::min_element(losses.begin(), losses.end() - 5);
  EXPECT_GE(*std::min_element(losses.end() - 5, losses.end()), before - 1e-4);
}

TEST(FitMlpTest, StopsWhenTold_AndRefusesWhatIsTooLarge) {
  const TrainingSet set = MakeSet({{1}, {2}, {3}, {4}}, {1, 2, 3, 4}, 0);
  MlpEstimator estimator;
  const auto go_on = [](const Iteration&) { return true; };
  EXPECT_THAT(FitMlp(
                  set, SmallOptions(), 1, [](const Iteration&) { return false; }, &estimator),
              IsError(absl::StatusCode::kCancelled, HasSubstr("stopped")));
  MlpOptions large = SmallOptions();
  large.hidden_layers = {4096, 4096};
  EXPECT_THAT(FitMlp(set, large, 1, go_on, &estimator),
              IsError(absl::StatusCode::kInvalidArgument,
                      HasSubstr("hyperparameters.hidden_layers: make 16785408 weights")));
  const TrainingSet huge = MakeSet({{1}, {2}, {3}}, {1.7e308, -1.7e308, 0}, 0);
  EXPECT_THAT(FitMlp(huge, SmallOptions(), 1, go_on, &estimator),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("target: holds numbers")));
}

}  // namespace
}  // namespace serin
