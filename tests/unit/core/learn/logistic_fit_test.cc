#include "core/learn/logistic_fit.h"

#include <cmath>
#include <random>
#include <vector>

#include "core/learn/logistic_loss.h"
#include "core/learn/logistic_preconditioner.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/core/learn/fit_testing.h"
#include "tests/unit/core/learn/standardised_data.h"

namespace serin {
namespace {

using ::testing::DoubleNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;

bool GoOn(const Iteration&) { return true; }

// The loss as it is defined, row by row.
double PlainLoss(const TrainingSet& set, double l2, const std::vector<double>& parameters) {
  const size_t side = set.input_count + 1;
  double loss = 0;
  for (size_t row = 0; row < set.row_count; ++row) {
    std::vector<double> margins(set.class_count);
    for (size_t k = 0; k < set.class_count; ++k) {
      if (set.class_count == 2 && k == 0) continue;
      const double* weights = parameters.data() + (set.class_count == 2 ? 0 : k * side);
      margins[k] = weights[set.input_count];
      for (size_t i = 0; i < set.input_count; ++i) {
        margins[k] += weights[i] * set.inputs[row * set.input_count + i];
      }
    }
    double sum = 0;
    for (const double margin : margins) sum += std::exp(margin);
    loss += std::log(sum) - margins[static_cast<size_t>(set.targets[row])];
  }
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (i % side != set.input_count) loss += l2 / 2 * parameters[i] * parameters[i];
  }
  return loss / static_cast<double>(set.row_count);
}

// 150 rows are two blocks and a part of one; 4 and 13 inputs leave some beside the lanes.
TEST(LogisticLossTest, IsWhatItsDefinitionSays_WithItsDerivatives) {
  for (const auto& [file, target] : {std::pair("iris.csv", "species"),
                                     {"wine.csv", "cultivar"},
                                     {"breast_cancer.csv", "diagnosis"}}) {
    const TrainingSet set = StandardisedData(file, target);
    const LogisticLoss loss(set, 3);
    std::mt19937 random(2);
    std::vector<double> at(loss.parameter_count());
    for (double& x : at) x = static_cast<double>(random() % 2001) / 2000 - 0.5;
    std::vector<double> gradient(at.size());

    EXPECT_NEAR(loss.Evaluate(at.data(), gradient.data()), PlainLoss(set, 3, at), 1e-12) << file;
    for (size_t i = 0; i < at.size(); ++i) {
      constexpr double kStep = 1e-5;
      std::vector<double> up = at;
      std::vector<double> down = at;
      up[i] += kStep;
      down[i] -= kStep;
      EXPECT_NEAR(gradient[i], (PlainLoss(set, 3, up) - PlainLoss(set, 3, down)) / (2 * kStep),
                  1e-8)
          << file << " " << i;
    }
  }
}

TEST(LogisticLossTest, MarginsOfAnySizeGiveFiniteLosses) {
  const TrainingSet set = MakeSet({{1}, {-1}}, {1, 1}, 2);
  const LogisticLoss loss(set, 0);
  const double parameters[] = {1e30, 0};
  double gradient[2];
  EXPECT_EQ(loss.Evaluate(parameters, gradient), 1e30 / 2);
  EXPECT_NEAR(gradient[0], 0.5, 1e-300);
}

// The second derivatives by differences of gradients.
TEST(LogisticLossTest, CurvaturesAreTheDerivativesOfTheGradient) {
  const TrainingSet set = StandardisedData("iris.csv", "species");
  const LogisticLoss loss(set, 0);
  std::vector<double> at(loss.parameter_count(), 0.1);
  at[3] = -0.7;
  const auto probabilities = loss.Probabilities(at.data(), 1);
  const Eigen::MatrixXd curvatures = loss.Curvatures(probabilities, 1, 1, 0);
  std::vector<double> gradient(at.size());
  std::vector<double> moved(at.size());
  loss.Evaluate(at.data(), gradient.data());
  constexpr double kStep = 1e-6;
  at[2] += kStep;  // The third weight of the first class.
  loss.Evaluate(at.data(), moved.data());
  for (int i = 0; i < 5; ++i) {
    EXPECT_NEAR(curvatures(i, 2), (moved[5 + i] - gradient[5 + i]) / kStep, 1e-6) << i;
  }
  EXPECT_NEAR(loss.CurvatureDiagonal(probabilities, 1, 2)[1],
              loss.Curvatures(probabilities, 1, 2, 2)(1, 1), 1e-15);
}

TEST(LogisticPreconditionerTest, GoesThereAndBack) {
  const TrainingSet set = StandardisedData("iris.csv", "species");
  const LogisticLoss loss(set, 1);
  const std::vector<double> start = LogisticStart(set);
  const LogisticPreconditioner change(loss, 1, start);
  std::vector<double> at(loss.parameter_count());
  for (size_t i = 0; i < at.size(); ++i) at[i] = static_cast<double>(i) - 4;
  std::vector<double> back(at.size());
  change.ToParameters(change.ToCoordinates(at).data(), back.data());
  EXPECT_THAT(back, Pointwise(DoubleNear(1e-8), at));
}

// Six rows of two classes that differ by the intercept alone: the log odds of the shares.
TEST(LogisticStartTest, IsTheBestModelOfConstantInputs) {
  const TrainingSet set = MakeSet({{0}, {0}, {0}, {0}}, {0, 1, 1, 1}, 2);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "logistic_regression"));
  EXPECT_THAT(model.linear().weights(), ::testing::ElementsAre(0));
  EXPECT_NEAR(model.linear().intercepts(0), std::log(3), 1e-12);
}

// scikit-learn 1.2: penalty='l1', C=0.1, solver='saga', tol=1e-12.
TEST(LogisticRegressionTest, WithL1_HasTheWeightsOfTheReference) {
  const TrainingSet set = StandardisedData("breast_cancer.csv", "diagnosis");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model,
                             FitOn(set, "logistic_regression", R"({"l1": 10, "l2": 0})"));
  std::vector<double> expected(30);
  expected[7] = 0.519478777903;
  expected[10] = 0.319860462172;
  expected[20] = 2.249405751855;
  expected[21] = 0.735434655935;
  expected[24] = 0.181703781529;
  expected[26] = 0.025547255407;
  expected[27] = 1.095345423904;
  expected[28] = 0.162851266108;
  EXPECT_THAT(model.linear().weights(), Pointwise(DoubleNear(1e-5), expected));
  EXPECT_EQ(model.linear().weights(0), 0);  // Not nearly.
  EXPECT_NEAR(model.linear().intercepts(0), -0.693647813133, 1e-5);
}

// scikit-learn 1.2: C=0.1, solver='saga', tol=1e-12, and penalty='l1' or 'elasticnet' with
// l1_ratio=0.5.
TEST(LogisticRegressionTest, OfMoreClasses_WithL1_HasTheWeightsOfTheReference) {
  const TrainingSet set = StandardisedData("iris.csv", "species");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto lasso,
                             FitOn(set, "logistic_regression", R"({"l1": 10, "l2": 0})"));
  EXPECT_THAT(lasso.linear().weights(),
              Pointwise(DoubleNear(1e-5),
                        std::vector<double>{0, 0.098352965397, -2.066523594641, 0, 0,
                                            -0.172451235439, 0, 0, 0, 0, 0, 1.871380683552}));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto net,
                             FitOn(set, "logistic_regression", R"({"l1": 5, "l2": 5})"));
  EXPECT_THAT(net.linear().weights(),
              Pointwise(DoubleNear(1e-5),
                        std::vector<double>{-0.326628413878, 0.417404022764, -0.903806474597,
                                            -0.750573782041, 0, -0.29368654642, 0, 0,
                                            0.116880496991, 0, 0.690354671893, 1.115997710408}));
}

// Classes that a line divides: the weights would grow forever.
TEST(LogisticRegressionTest, WithoutAnyPenalty_EndsAllTheSame) {
  const TrainingSet set = MakeSet({{-2}, {-1}, {1}, {2}}, {0, 0, 1, 1}, 2);
  SERIN_ASSERT_OK_AND_ASSIGN(
      const auto model,
      FitOn(set, "logistic_regression", R"({"l1": 0, "l2": 0, "max_iterations": 50})"));
  EXPECT_GT(model.linear().weights(0), 5);
  EXPECT_LT(model.linear().weights(0), 1e6);
}

// By hand: 3 of 4 rows with x = 1 and 1 of 4 with x = -1 are of class 1, so without a penalty the
// log odds are +- ln 3.
TEST(LogisticRegressionTest, WithoutAnyPenalty_MeetsTheSharesOfTheGroups) {
  const TrainingSet set =
      MakeSet({{1}, {1}, {1}, {1}, {-1}, {-1}, {-1}, {-1}}, {1, 1, 1, 0, 1, 0, 0, 0}, 2);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "logistic_regression", R"({"l2": 0})"));
  EXPECT_NEAR(model.linear().weights(0), std::log(3), 1e-6);
  EXPECT_NEAR(model.linear().intercepts(0), 0, 1e-6);
}

TEST(FitLogisticSparseTest, RefusesMoreWeightsThanItHasMemoryFor) {
  const TrainingSet set =
      MakeSet({std::vector<double>(4000), std::vector<double>(4000)}, {0, 1}, 2);
  EXPECT_THAT(
      FitLogisticSparse(set, {1, 0, 10}, &GoOn),
      IsError(absl::StatusCode::kInvalidArgument,
              HasSubstr("hyperparameters.l1: is for at most 3000 weights, these are 4001")));
}

// The flattest direction, in which all classes' parameters grow alike, is not left to the last.
TEST(FitLogisticSmoothTest, OfMoreClasses_HasParametersThatAddUpToNothing) {
  const TrainingSet set = StandardisedData("wine.csv", "cultivar");
  int iterations = 0;
  SERIN_ASSERT_OK_AND_ASSIGN(const auto parameters,
                             FitLogisticSmooth(set, {0, 1, 1000}, [&](const Iteration& iteration) {
                               iterations = iteration.number;
                               return true;
                             }));
  for (size_t i = 0; i < 14; ++i) {
    EXPECT_NEAR(parameters[i] + parameters[14 + i] + parameters[28 + i], 0, 1e-12) << i;
  }
  std::vector<double> gradient(parameters.size());
  LogisticLoss(set, 1).Evaluate(parameters.data(), gradient.data());
  for (const double slope : gradient) EXPECT_NEAR(slope, 0, 1e-7);
  EXPECT_LT(iterations, 60);
}

// More parameters than the preconditioner factorises: the diagonal will do.
TEST(FitLogisticSmoothTest, OfVeryManyInputs_ComesToItsEnd) {
  std::mt19937 random(4);
  std::vector<std::vector<double>> rows(40, std::vector<double>(1500));
  std::vector<double> targets;
  for (auto& row : rows) {
    for (double& x : row) x = static_cast<double>(random() % 2001) / 1000 - 1;
    targets.push_back(row[3] > 0);
  }
  const TrainingSet set = MakeSet(rows, targets, 2);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto parameters, FitLogisticSmooth(set, {0, 1, 1000}, &GoOn));
  std::vector<double> gradient(parameters.size());
  LogisticLoss(set, 1).Evaluate(parameters.data(), gradient.data());
  for (const double slope : gradient) EXPECT_NEAR(slope, 0, 1e-6);
}

TEST(FitLogisticTest, StopsWhenTold) {
  const TrainingSet set = StandardisedData("iris.csv", "species");
  for (const auto fit : {&FitLogisticSmooth, &FitLogisticSparse}) {
    EXPECT_THAT(fit(set, {1, 1, 100}, [](const Iteration&) { return false; }),
                IsError(absl::StatusCode::kCancelled, HasSubstr("stopped")));
  }
}

}  // namespace
}  // namespace serin
