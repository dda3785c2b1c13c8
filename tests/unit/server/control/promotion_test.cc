#include "server/control/promotion.h"

#include <gtest/gtest.h>

namespace serin {
namespace {

internal::v1::ModelState WithTraffic(std::initializer_list<std::pair<int, int>> weights) {
  internal::v1::ModelState model;
  for (const auto& [version, weight] : weights) {
    v1::TrafficWeight& share = *model.add_traffic();
    share.set_version(version);
    share.set_weight(weight);
  }
  return model;
}

TEST(ServingVersionTest, IsTheOneWithTheMostTraffic_OfEqualsTheNewest) {
  EXPECT_EQ(ServingVersion(WithTraffic({{1, 10}, {2, 90}, {3, 0}})), 2);
  EXPECT_EQ(ServingVersion(WithTraffic({{4, 50}, {2, 50}})), 4);
  EXPECT_EQ(ServingVersion(WithTraffic({{7, 100}})), 7);
  EXPECT_EQ(ServingVersion(WithTraffic({})), 0);
}

v1::Promotion With(v1::Promotion::Rule rule) {
  v1::Promotion promotion;
  promotion.set_rule(rule);
  return promotion;
}

TEST(IsCandidateTest, WithoutARuleNothingIs) {
  EXPECT_FALSE(IsCandidate(v1::Promotion(), true, v1::ModelVersion()));
  EXPECT_FALSE(IsCandidate(With(v1::Promotion::RULE_NONE), true, v1::ModelVersion()));
}

TEST(IsCandidateTest, IfBetter_TheComparisonDecides_AndTheFirstVersionHasNone) {
  const v1::Promotion if_better = With(v1::Promotion::RULE_CANDIDATE_IF_BETTER);
  v1::ModelVersion made;
  EXPECT_TRUE(IsCandidate(if_better, true, made));
  EXPECT_FALSE(IsCandidate(if_better, false, made)) << "not compared";
  made.mutable_comparison()->set_error("features[\"petal_width\"]: is not there any more");
  EXPECT_FALSE(IsCandidate(if_better, false, made));
  made.mutable_comparison()->clear_error();
  made.mutable_comparison()->set_better(true);
  EXPECT_TRUE(IsCandidate(if_better, false, made));
}

TEST(IsCandidateTest, AlwaysIfTheRuleSaysSo) {
  EXPECT_TRUE(IsCandidate(With(v1::Promotion::RULE_CANDIDATE), false, v1::ModelVersion()));
}

}  // namespace
}  // namespace serin
