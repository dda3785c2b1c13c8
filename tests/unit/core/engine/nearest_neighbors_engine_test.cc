#include "core/engine/nearest_neighbors_engine.h"

#include <cmath>
#include <functional>
#include <vector>

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Message = internal::v1::NearestNeighborsEstimator;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// Rows 0, 1, ... of one input.
Message OnALine(const std::vector<double>& targets, int neighbors, bool distance_weighted = false) {
  Message message;
  message.set_neighbors(neighbors);
  message.set_distance_weighted(distance_weighted);
  for (size_t row = 0; row < targets.size(); ++row) {
    message.add_inputs(static_cast<float>(row));
    message.add_targets(targets[row]);
  }
  return message;
}

std::vector<double> Margins(const Message& message, size_t class_count,
                            const std::vector<double>& inputs) {
  const auto engine = NearestNeighborsEngine::Create(message, 1, class_count);
  EXPECT_THAT(engine, IsOk());
  std::vector<double> margins(inputs.size() * (*engine)->margin_count());
  (*engine)->Score(inputs.data(), inputs.size(), margins.data());
  return margins;
}

TEST(NearestNeighborsEngineTest, OfNumbers_IsTheMean) {
  const Message message = OnALine({10, 20, 60, 100}, 2);
  EXPECT_THAT(Margins(message, 0, {0.1, 1.6, 99}), ElementsAre(15, 40, 80));
}

TEST(NearestNeighborsEngineTest, OfClasses_IsTheirShares) {
  EXPECT_THAT(Margins(OnALine({0, 1, 1, 1}, 4), 2, {0}), ElementsAre(0.75));
  EXPECT_THAT(Margins(OnALine({0, 2, 1, 2}, 4), 3, {0}), ElementsAre(0.25, 0.25, 0.5));
}

// 1 and 3 are as far from 2 as each other; the row that comes first is taken.
TEST(NearestNeighborsEngineTest, TiesGoToTheRowThatComesFirst) {
  EXPECT_THAT(Margins(OnALine({0, 10, 20, 30}, 2), 0, {2}), ElementsAre(15));
}

// From 1.25: row 1 at 0.25 counts 4, row 2 at 0.75 counts 4 / 3.
TEST(NearestNeighborsEngineTest, WeightedByDistance_NearerRowsCountMore) {
  const Message message = OnALine({0, 10, 50, 0}, 2, true);
  EXPECT_THAT(Margins(message, 0, {1.25}), ElementsAre(DoubleNear(20, 1e-13)));
}

TEST(NearestNeighborsEngineTest, WeightedByDistance_ARowAtTheSamePlaceCountsAlone) {
  EXPECT_THAT(Margins(OnALine({0, 10, 50, 0}, 3, true), 0, {1}), ElementsAre(10));
}

// More than one block of rows, the last one not full.
TEST(NearestNeighborsEngineTest, FindsRowsInEveryBlock) {
  std::vector<double> targets(50);
  for (size_t row = 0; row < targets.size(); ++row) targets[row] = static_cast<double>(row);
  EXPECT_THAT(Margins(OnALine(targets, 3), 0, {0, 16, 33, 49, 1000}),
              ElementsAre(1, 16, 33, 48, 48));
}

TEST(NearestNeighborsEngineTest, NumbersFarOutAndTheLargestTargetsStayFinite) {
  EXPECT_THAT(Margins(OnALine({1.7e308, 1.7e308, 1.7e308}, 3), 0, {1e30}),
              ElementsAre(DoubleNear(1.7e308, 1e294)));
}

TEST(NearestNeighborsEngineTest, RefusesWhatIsNoEstimator) {
  struct Bad {
    const char* message;
    std::function<void(Message&)> change;
  };
  const Bad cases[] = {{"0 neighbors of 3 rows", [](Message& m) { m.set_neighbors(0); }},
                       {"4 neighbors of 3 rows", [](Message& m) { m.set_neighbors(4); }},
                       {"4 numbers for 3 rows of 1 inputs", [](Message& m) { m.add_inputs(1); }},
                       {"an input is not finite", [](Message& m) { m.set_inputs(0, NAN); }},
                       {"a target is no class", [](Message& m) { m.set_targets(0, 2); }},
                       {"a target is no class", [](Message& m) { m.set_targets(0, 0.5); }},
                       {"a target is no class", [](Message& m) { m.set_targets(0, -1); }}};
  for (const Bad& bad : cases) {
    Message message = OnALine({0, 1, 1}, 2);
    bad.change(message);
    EXPECT_THAT(NearestNeighborsEngine::Create(message, 1, 2),
                IsError(kInvalid, HasSubstr(bad.message)));
  }
}

}  // namespace
}  // namespace serin
