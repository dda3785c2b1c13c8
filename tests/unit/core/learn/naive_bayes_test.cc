#include "core/learn/naive_bayes.h"

#include <cmath>
#include <limits>
#include <vector>

#include "core/engine/naive_bayes_engine.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/core/learn/fit_testing.h"
#include "tests/unit/core/learn/standardised_data.h"

namespace serin {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Pointwise;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// scikit-learn 1.2: GaussianNB().fit(...).predict_proba of three rows that it is not sure of.
TEST(NaiveBayesTest, Iris_HasTheProbabilitiesOfTheReference) {
  const TrainingSet set = StandardisedData("iris.csv", "species");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "naive_bayes"));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto engine,
                             NaiveBayesEngine::Create(model.naive_bayes(), 4, 3));
  const std::vector<std::pair<size_t, std::vector<double>>> rows = {
      {70, {2.591471721649971e-130, 1.544940613336473e-001, 8.455059386663527e-001}},
      {106, {2.234587179538589e-109, 9.735143432538887e-001, 2.648565674611139e-002}},
      {133, {2.683780868087049e-131, 7.126451561713141e-001, 2.873548438286858e-001}}};
  for (const auto& [row, expected] : rows) {
    std::vector<double> probabilities(3);
    engine->Score(set.inputs.data() + row * 4, 1, probabilities.data());
    ApplyLink(Link::kLogit, probabilities.data(), 1, 3, probabilities.data());
    EXPECT_THAT(probabilities, Pointwise(DoubleNear(1e-9), expected)) << row;
  }
}

// By hand: class 0 has the categories 0, 0, 1 and class 1 has 1, of three.
TEST(NaiveBayesTest, CategoriesAreCounted_WithARowMoreForEach) {
  TrainingSet set = MakeSet({{0}, {0}, {1}, {1}}, {0, 0, 0, 1}, 2);
  set.columns[0].category_count = 3;
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "naive_bayes"));
  std::vector<double> probabilities;
  for (const double p : model.naive_bayes().inputs(0).log_probabilities()) {
    probabilities.push_back(std::exp(p));
  }
  EXPECT_THAT(probabilities,
              Pointwise(DoubleNear(1e-15),
                        std::vector<double>{3.0 / 6, 2.0 / 6, 1.0 / 6, 1.0 / 4, 2.0 / 4, 1.0 / 4}));
}

TEST(NaiveBayesTest, MissingValuesAreLeftOut) {
  TrainingSet set = MakeSet({{1, 0}, {3, kNaN}, {kNaN, 1}, {5, 1}}, {0, 0, 0, 1}, 2);
  set.columns[1].category_count = 2;
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model,
                             FitOn(set, "naive_bayes", R"({"variance_smoothing": 1e-12})"));
  EXPECT_THAT(model.naive_bayes().inputs(0).means(), ElementsAre(2, 5));
  EXPECT_NEAR(model.naive_bayes().inputs(0).variances(0), 1, 1e-11);
  EXPECT_NEAR(std::exp(model.naive_bayes().inputs(1).log_probabilities(0)), 2.0 / 4, 1e-15);
}

TEST(NaiveBayesTest, AClassWithoutAValue_TakesThoseOfAllRows) {
  const TrainingSet set = MakeSet({{1}, {3}, {kNaN}}, {0, 0, 1}, 2);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "naive_bayes"));
  EXPECT_THAT(model.naive_bayes().inputs(0).means(), ElementsAre(2, 2));
}

TEST(NaiveBayesTest, ConstantInputsDecideNothing) {
  const TrainingSet set = MakeSet({{7}, {7}, {7}, {7}}, {0, 1, 1, 1}, 2);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, FitOn(set, "naive_bayes"));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto engine,
                             NaiveBayesEngine::Create(model.naive_bayes(), 1, 2));
  for (const double x : {7.0, -100.0}) {
    double margin = 0;
    engine->Score(&x, 1, &margin);
    EXPECT_NEAR(margin, std::log(3), 1e-9) << x;
  }
}

}  // namespace
}  // namespace serin
