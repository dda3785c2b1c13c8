#include "core/explain/linear_attribution.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace serin {
namespace {

using ::testing::ElementsAre;

TEST(LinearAttributionTest, ContributionsAreWeightsTimesDistancesFromTheMeans) {
  internal::v1::LinearEstimator linear;
  for (const double weight : {2, -1, 0, 3}) linear.add_weights(weight);
  for (const double intercept : {0.5, -10.0}) linear.add_intercepts(intercept);
  const LinearAttribution attribution(linear, {1, 4});
  EXPECT_THAT(attribution.bases(), ElementsAre(0.5 + 2 - 4, -10 + 12));

  const std::vector<double> inputs = {3, 5};
  std::vector<double> margins(2);
  std::vector<double> contributions(4);
  attribution.Explain(inputs.data(), margins.data(), contributions.data());
  EXPECT_THAT(contributions, ElementsAre(4, -1, 0, 3));
  EXPECT_THAT(margins, ElementsAre(0.5 + 6 - 5, -10 + 15));
}

TEST(LinearAttributionTest, NothingMovesAConstant) {
  internal::v1::ConstantEstimator constant;
  constant.add_scores(7);
  const LinearAttribution attribution(constant, 2);
  const std::vector<double> inputs = {3, 5};
  std::vector<double> margins(1);
  std::vector<double> contributions(2, 9);
  attribution.Explain(inputs.data(), margins.data(), contributions.data());
  EXPECT_THAT(margins, ElementsAre(7));
  EXPECT_THAT(contributions, ElementsAre(0, 0));
}

}  // namespace
}  // namespace serin
