#include "core/engine/naive_bayes_engine.h"

#include <cmath>
#include <functional>
#include <limits>

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;
using Message = internal::v1::NaiveBayesEstimator;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Two classes; a number with means 0 and 2 and variances 1 and 4, and a category of two values with
// probabilities (0.5, 0.5) and (0.25, 0.75).
Message SmallEstimator() {
  Message message;
  for (const double share : {0.75, 0.25}) message.add_log_priors(std::log(share));
  internal::v1::NaiveBayesInput& number = *message.add_inputs();
  for (const double mean : {0, 2}) number.add_means(mean);
  for (const double variance : {1, 4}) number.add_variances(variance);
  internal::v1::NaiveBayesInput& category = *message.add_inputs();
  for (const double p : {0.5, 0.5, 0.25, 0.75}) category.add_log_probabilities(std::log(p));
  return message;
}

double MarginOf(const NaiveBayesEngine& engine, double number, double category) {
  const double inputs[] = {number, category};
  double margin = 0;
  engine.Score(inputs, 1, &margin);
  return margin;
}

// Bayes' rule with the densities written out.
TEST(NaiveBayesEngineTest, OfTwoClasses_IsTheLogOddsOfTheSecond) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto engine, NaiveBayesEngine::Create(SmallEstimator(), 2, 2));
  const double density_ratio = std::exp(-0.5 * 0.25) / 2 / std::exp(-0.5);  // At x = 1.
  EXPECT_NEAR(MarginOf(*engine, 1, 1), std::log(0.25 * 0.75 * density_ratio / (0.75 * 0.5)), 1e-14);
  EXPECT_NEAR(MarginOf(*engine, 1, 0), std::log(0.25 * 0.25 * density_ratio / (0.75 * 0.5)), 1e-14);
}

TEST(NaiveBayesEngineTest, WhatIsMissingOrUnknownAddsNothing) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto engine, NaiveBayesEngine::Create(SmallEstimator(), 2, 2));
  for (const double category : {kNaN, -1.0, 2.0, 1e300}) {
    EXPECT_NEAR(MarginOf(*engine, kNaN, category), std::log(0.25 / 0.75), 1e-14) << category;
  }
}

TEST(NaiveBayesEngineTest, OfMoreClasses_IsAScoreEach) {
  Message message;
  for (int c = 0; c < 3; ++c) message.add_log_priors(-c);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto engine, NaiveBayesEngine::Create(message, 0, 3));
  double margins[3];
  engine->Score(nullptr, 1, margins);
  EXPECT_THAT(margins, ::testing::ElementsAre(0, -1, -2));
}

TEST(NaiveBayesEngineTest, NumbersFarOutGiveFiniteMargins) {
  Message message = SmallEstimator();
  message.mutable_inputs(0)->set_variances(0, 1e-300);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto engine, NaiveBayesEngine::Create(message, 2, 2));
  EXPECT_TRUE(std::isfinite(MarginOf(*engine, 1e30, 0)));
  EXPECT_GT(MarginOf(*engine, 1e30, 0), 0);
}

TEST(NaiveBayesEngineTest, RefusesWhatIsNoEstimator) {
  struct Bad {
    const char* message;
    std::function<void(Message&)> change;
  };
  const Bad cases[] = {
      {"3 log priors for 2 classes", [](Message& m) { m.add_log_priors(0); }},
      {"a log prior is not finite", [](Message& m) { m.set_log_priors(0, kNaN); }},
      {"3 inputs for 2", [](Message& m) { m.add_inputs(); }},
      {"an input has 3 means and 2 variances",
       [](Message& m) { m.mutable_inputs(0)->add_means(1); }},
      {"not finite", [](Message& m) { m.mutable_inputs(0)->set_means(0, INFINITY); }},
      {"a variance is not above 0", [](Message& m) { m.mutable_inputs(0)->set_variances(1, 0); }},
      {"5 log probabilities for 2 classes",
       [](Message& m) { m.mutable_inputs(1)->add_log_probabilities(0); }},
      {"a log probability is not finite",
       [](Message& m) { m.mutable_inputs(1)->set_log_probabilities(0, -INFINITY); }},
      {"both a number and a category", [](Message& m) { m.mutable_inputs(1)->add_means(0); }}};
  for (const Bad& bad : cases) {
    Message message = SmallEstimator();
    bad.change(message);
    EXPECT_THAT(NaiveBayesEngine::Create(message, 2, 2), IsError(kInvalid, HasSubstr(bad.message)));
  }
  EXPECT_THAT(NaiveBayesEngine::Create(SmallEstimator(), 2, 0),
              IsError(kInvalid, HasSubstr("is for classification")));
}

}  // namespace
}  // namespace serin
