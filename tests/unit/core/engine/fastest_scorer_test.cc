#include "core/engine/fastest_scorer.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "tests/testing/simulated_clock.h"

namespace serin {
namespace {

// Takes so long for a call, and so long for each of its rows.
class SlowScorer final : public TreeScorer {
 public:
  SlowScorer(SimulatedClock* clock, absl::Duration per_call, absl::Duration per_row)
      : clock_(clock), per_call_(per_call), per_row_(per_row) {}

  absl::string_view name() const override { return "slow"; }
  void AddLeaves(const float*, size_t row_count, float*) const override {
    clock_->Advance(per_call_ + per_row_ * static_cast<double>(row_count));
  }
  Memory memory() const override { return {this, sizeof(*this)}; }

 private:
  SimulatedClock* const clock_;
  const absl::Duration per_call_;
  const absl::Duration per_row_;
};

class FastestScorerTest : public ::testing::Test {
 protected:
  void Add(absl::Duration per_call, absl::Duration per_row) {
    scorers_.push_back(std::make_shared<SlowScorer>(&clock_, per_call, per_row));
  }

  size_t Fastest(TrialCall call) { return FastestScorer(scorers_, rows_, call, &clock_); }

  SimulatedClock clock_;
  std::vector<std::shared_ptr<const TreeScorer>> scorers_;
  const TrialRows rows_{std::vector<float>(10), 10, 1, 1};
};

TEST_F(FastestScorerTest, SingleRowsAndBlocksEachGetTheirOwn) {
  Add(absl::Microseconds(9), absl::Microseconds(9));
  Add(absl::Microseconds(50), absl::Microseconds(1));  // 51 a row alone, 6 in a block of ten.
  Add(absl::Microseconds(1), absl::Microseconds(8));   // 9 a row alone, 8.1 in a block.
  EXPECT_EQ(Fastest(TrialCall::kRowByRow), 2);
  EXPECT_EQ(Fastest(TrialCall::kBlock), 1);
}

TEST_F(FastestScorerTest, OfEquallyFastOnesTheFirstIsTaken_AlsoWhenTimeStandsStill) {
  Add(absl::ZeroDuration(), absl::ZeroDuration());
  Add(absl::ZeroDuration(), absl::ZeroDuration());
  EXPECT_EQ(Fastest(TrialCall::kRowByRow), 0);
  EXPECT_EQ(Fastest(TrialCall::kBlock), 0);
}

}  // namespace
}  // namespace serin
