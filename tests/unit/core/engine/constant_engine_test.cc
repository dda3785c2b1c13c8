#include "core/engine/constant_engine.h"

#include <cmath>

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(ConstantEngineTest, GivesEveryRowTheSameScores) {
  internal::v1::ConstantEstimator message;
  message.add_scores(1.5);
  message.add_scores(-2);
  message.add_scores(0);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto engine, ConstantEngine::Create(message, 3));
  const double inputs[] = {NAN, 7};
  double margins[6];
  engine->Score(inputs, 2, margins);
  EXPECT_THAT(margins, ElementsAre(1.5, -2, 0, 1.5, -2, 0));
}

TEST(ConstantEngineTest, RefusesWhatIsNoEstimator) {
  internal::v1::ConstantEstimator message;
  EXPECT_THAT(ConstantEngine::Create(message, 1),
              IsError(kInvalid, HasSubstr("constant: 0 scores for 1 outputs")));
  message.add_scores(INFINITY);
  EXPECT_THAT(ConstantEngine::Create(message, 1), IsError(kInvalid, HasSubstr("not finite")));
}

}  // namespace
}  // namespace serin
