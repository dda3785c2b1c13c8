#include "core/learn/search/candidates.h"

#include <cmath>
#include <set>

#include "core/learn/algorithms.h"
#include "core/learn/describe_hyperparameter.h"
#include "core/learn/hyperparameters.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using google::protobuf::Struct;
using google::protobuf::util::MessageDifferencer;
using ::testing::AllOf;
using ::testing::Ge;
using ::testing::Le;
using ::testing::SizeIs;

v1::Algorithm AlgorithmOf(const std::string& name, std::vector<v1::Hyperparameter> parameters) {
  v1::Algorithm algorithm;
  algorithm.set_name(name);
  algorithm.mutable_hyperparameters()->Add(parameters.begin(), parameters.end());
  return algorithm;
}

v1::Algorithm Boosting() {
  return AlgorithmOf("boosting",
                     {SearchLogarithmic(NumberParameter("rate", "", 0.1, {0, 1}), 0.01, 1),
                      SearchUniform(IntegerParameter("depth", "", 3, {1, 16}), 2, 8),
                      NumberParameter("fixed", "", 7, {0, 10})});
}

v1::Algorithm Bayes() {
  return AlgorithmOf("bayes", {SearchAll(BooleanParameter("smooth", "", true))});
}

double NumberOf(const Candidate& candidate, const std::string& name) {
  return candidate.hyperparameters.fields().at(name).number_value();
}

TEST(DrawCandidatesTest, TheFirstAreTheDefaultsOfEachAlgorithm) {
  const auto candidates = DrawCandidates({Boosting(), Bayes()}, {}, 1, 10);
  ASSERT_THAT(candidates, SizeIs(10));
  EXPECT_EQ(candidates[0].algorithm, "boosting");
  EXPECT_EQ(NumberOf(candidates[0], "rate"), 0.1);
  EXPECT_EQ(NumberOf(candidates[0], "depth"), 3);
  EXPECT_EQ(candidates[1].algorithm, "bayes");
  EXPECT_TRUE(candidates[1].hyperparameters.fields().at("smooth").bool_value());
  EXPECT_THAT(DrawCandidates({Boosting(), Bayes()}, {}, 1, 1), SizeIs(1));
}

TEST(DrawCandidatesTest, NumbersAreWithinTheirRange_LogarithmsUniformly_OthersKeepTheirDefault) {
  const auto candidates = DrawCandidates({Boosting()}, {}, 5, 1000);
  ASSERT_THAT(candidates, SizeIs(1000));
  int below = 0;
  std::set<double> depths;
  for (const Candidate& candidate : candidates) {
    EXPECT_THAT(NumberOf(candidate, "rate"), AllOf(Ge(0.01), Le(1)));
    EXPECT_EQ(NumberOf(candidate, "fixed"), 7);
    EXPECT_EQ(NumberOf(candidate, "depth"), std::round(NumberOf(candidate, "depth")));
    below += NumberOf(candidate, "rate") < 0.1 ? 1 : 0;
    depths.insert(NumberOf(candidate, "depth"));
  }
  EXPECT_NEAR(below, 500, 60);  // Half of the logarithms; four standard deviations.
  EXPECT_EQ(depths, (std::set<double>{2, 3, 4, 5, 6, 7, 8}));
}

TEST(DrawCandidatesTest, WhatIsGivenIsKept) {
  Struct given;
  (*given.mutable_fields())["rate"].set_number_value(0.5);
  for (const Candidate& candidate : DrawCandidates({Boosting()}, given, 5, 7)) {
    EXPECT_EQ(NumberOf(candidate, "rate"), 0.5);
  }
}

TEST(DrawCandidatesTest, AllAreDifferent_SoThatASmallSpaceHasFew) {
  EXPECT_THAT(DrawCandidates({Bayes()}, {}, 1, 40), SizeIs(2));
  Struct given;
  (*given.mutable_fields())["rate"].set_number_value(0.5);
  EXPECT_THAT(DrawCandidates({Boosting()}, given, 1, 40), SizeIs(7));  // One for each depth.
  (*given.mutable_fields())["depth"].set_number_value(4);
  EXPECT_THAT(DrawCandidates({Boosting()}, given, 1, 40), SizeIs(1));
}

TEST(DrawCandidatesTest, TheSeedDecides_AndMoreBeginAsFewerDo) {
  const auto many = DrawCandidates({Boosting(), Bayes()}, {}, 1, 30);
  const auto few = DrawCandidates({Boosting(), Bayes()}, {}, 1, 10);
  for (size_t i = 0; i < few.size(); ++i) {
    EXPECT_EQ(few[i].algorithm, many[i].algorithm);
    EXPECT_TRUE(MessageDifferencer::Equals(few[i].hyperparameters, many[i].hyperparameters));
  }
  const auto other = DrawCandidates({Boosting()}, {}, 2, 2);
  EXPECT_NE(NumberOf(other[1], "rate"),
            NumberOf(DrawCandidates({Boosting()}, {}, 1, 2)[1], "rate"));
}

// What a search draws is what a request could ask for.
TEST(DrawCandidatesTest, EveryAlgorithmsCandidatesAreWithinItsLimits) {
  for (const v1::Algorithm& algorithm : ListAlgorithms()) {
    for (const Candidate& candidate : DrawCandidates({algorithm}, {}, 3, 200)) {
      EXPECT_THAT(ResolveHyperparameters(candidate.hyperparameters, algorithm), IsOk())
          << candidate.hyperparameters.ShortDebugString();
    }
  }
}

}  // namespace
}  // namespace serin
