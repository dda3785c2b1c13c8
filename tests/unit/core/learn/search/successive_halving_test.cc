#include "core/learn/search/successive_halving.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serin {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;

// Tries what is to be tried with these scores until all is done; returns the candidates in order,
// those of a rung together.
std::vector<std::vector<size_t>> RunAll(const std::vector<double>& scores,
                                        SuccessiveHalving* halving) {
  std::vector<std::vector<size_t>> rungs;
  while (const auto step = halving->Next()) {
    rungs.resize(step->rung + 1);
    rungs.back().push_back(step->candidate);
    halving->Succeed({.mean = scores[step->candidate]});
  }
  return rungs;
}

TEST(SuccessiveHalvingTest, TheBetterThirdOfEachRungGoesOn_BestFirst) {
  SuccessiveHalving halving(9, 3, /*higher_is_better=*/false);
  EXPECT_THAT(
      RunAll({5, 4, 9, 2, 7, 8, 3, 6, 1}, &halving),
      ElementsAre(ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8), ElementsAre(8, 3, 6), ElementsAre(8)));
  EXPECT_THAT(halving.Ranking(), ElementsAre(8, 3, 6, 1, 0, 7, 4, 5, 2));
  EXPECT_EQ(halving.tried(), 9);
  EXPECT_EQ(halving.done(), 1);
}

TEST(SuccessiveHalvingTest, HigherMayBeBetter_AndTheFirstOfEqualsIs) {
  SuccessiveHalving halving(4, 1, /*higher_is_better=*/true);
  RunAll({0.5, 0.9, 0.5, 0.9}, &halving);
  EXPECT_THAT(halving.Ranking(), ElementsAre(1, 3, 0, 2));
}

TEST(SuccessiveHalvingTest, WhatFailsIsOut_WhateverItHadScoredBefore) {
  SuccessiveHalving halving(6, 2, /*higher_is_better=*/true);
  halving.Fail();
  for (const double score : {1, 2, 3, 4, 5}) halving.Succeed({.mean = score});
  ASSERT_EQ(halving.Next()->candidate, 5);
  halving.Fail();
  ASSERT_EQ(halving.Next()->candidate, 4);
  halving.Succeed({.mean = 0});
  EXPECT_FALSE(halving.Next());
  EXPECT_THAT(halving.Ranking(), ElementsAre(4, 3, 2, 1, 5, 0));
  EXPECT_FALSE(halving.standing(5).score.has_value());
  EXPECT_EQ(halving.tried(), 6);
}

TEST(SuccessiveHalvingTest, AllFailing_IsTheEnd) {
  SuccessiveHalving halving(3, 2, true);
  for (int i = 0; i < 3; ++i) halving.Fail();
  EXPECT_FALSE(halving.Next());
}

TEST(SuccessiveHalvingTest, ARungThatEndsEarly_SendsOnTheBetterThirdOfWhatWasTried) {
  SuccessiveHalving halving(30, 2, true);
  for (const double score : {1, 2, 3, 4}) halving.Succeed({.mean = score});
  halving.EndRung();
  EXPECT_EQ(halving.Next()->candidate, 3);
  EXPECT_EQ(halving.Next()->rung, 1);
  halving.Succeed({.mean = 0.5});
  halving.EndRung();
  EXPECT_FALSE(halving.Next());
  // The one on the highest rung, those with a score, then those that were not tried.
  EXPECT_EQ(halving.Ranking()[0], 3);
  EXPECT_EQ(halving.Ranking()[1], 2);
  EXPECT_EQ(halving.Ranking()[4], 4);
}

TEST(SuccessiveHalvingTest, DoneGrowsByRungs) {
  SuccessiveHalving halving(6, 2, true);
  EXPECT_EQ(halving.done(), 0);
  halving.Succeed({});
  EXPECT_DOUBLE_EQ(halving.done(), 1.0 / 12);
  for (int i = 0; i < 5; ++i) halving.Succeed({});
  EXPECT_DOUBLE_EQ(halving.done(), 0.5);
}

std::vector<double> SharesOf(const std::vector<Rung>& rungs) {
  std::vector<double> shares;
  for (const Rung& rung : rungs) shares.push_back(rung.row_share);
  return shares;
}

TEST(PlanRungsTest, ManyRows_BeginWithAShareOfThem_ButNotWithFewerThanAThousand) {
  EXPECT_THAT(SharesOf(PlanRungs(18'000, 40)),
              ElementsAre(DoubleNear(1.0 / 9, 1e-12), DoubleNear(1.0 / 3, 1e-12), 1));
  EXPECT_THAT(SharesOf(PlanRungs(8'999, 40)), ElementsAre(DoubleNear(1.0 / 3, 1e-12), 1));
  EXPECT_EQ(PlanRungs(10'000'000, 40).size(), 5);
  EXPECT_EQ(PlanRungs(10'000'000, 1).size(), 1);
}

TEST(PlanRungsTest, FewRows_EndWithThreeCrossValidations) {
  const std::vector<Rung> rungs = PlanRungs(150, 40);
  EXPECT_THAT(SharesOf(rungs), ElementsAre(1, 1));
  EXPECT_EQ(rungs[0].repeats, 1);
  EXPECT_EQ(rungs[1].repeats, 3);
}

}  // namespace
}  // namespace serin
