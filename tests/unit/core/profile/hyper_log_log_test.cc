#include "core/profile/hyper_log_log.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/profile/value_hash.h"

namespace serin {
namespace {

HyperLogLog SketchOf(int64_t begin, int64_t end) {
  HyperLogLog sketch;
  for (int64_t value = begin; value < end; ++value) sketch.Add(HashNumber(value));
  return sketch;
}

TEST(HyperLogLogTest, AnEmptySketch_EstimatesNothing) { EXPECT_EQ(HyperLogLog().Estimate(), 0); }

TEST(HyperLogLogTest, TheStandardErrorIsBelowOnePercent_FromFewToMany) {
  constexpr int kTrials = 40;
  for (const int64_t distinct : {5'000, 20'000, 50'000, 100'000, 300'000}) {
    double squares = 0;
    for (int trial = 0; trial < kTrials; ++trial) {
      const int64_t begin = trial * int64_t{1'000'000'007};
      const double estimate = SketchOf(begin, begin + distinct).Estimate();
      squares += std::pow(estimate / static_cast<double>(distinct) - 1, 2);
    }
    EXPECT_LT(std::sqrt(squares / kTrials), 0.01) << distinct;
  }
}

TEST(HyperLogLogTest, ValuesThatComeAgain_ChangeNothing) {
  HyperLogLog sketch = SketchOf(0, 10'000);
  const double before = sketch.Estimate();
  for (int64_t value = 0; value < 10'000; ++value) sketch.Add(HashNumber(value));
  EXPECT_EQ(sketch.Estimate(), before);
}

TEST(HyperLogLogTest, Merged_IsTheSketchOfAll) {
  HyperLogLog merged = SketchOf(40'000, 100'000);
  merged.Merge(SketchOf(0, 60'000));
  EXPECT_EQ(merged.Estimate(), SketchOf(0, 100'000).Estimate());
}

TEST(HyperLogLogTest, AnEstimateIsNeverMoreThanThereAreValues) {
  const HyperLogLog sketch = SketchOf(0, 100'000);
  EXPECT_LE(sketch.EstimateOf(100'000), 100'000);
  EXPECT_EQ(sketch.EstimateOf(5), 5);
}

TEST(HyperLogLogTest, ComesBackFromItsRecord_DamagedOnesDoNot) {
  auto record = SketchOf(0, 100'000).ToRecord();
  EXPECT_EQ(HyperLogLog::FromRecord(record)->Estimate(), SketchOf(0, 100'000).Estimate());
  record.mutable_registers()->at(7) = 52;  // No hash has 52 leading zeros behind its first 14 bits.
  EXPECT_FALSE(HyperLogLog::FromRecord(record));
  record.mutable_registers()->pop_back();
  EXPECT_FALSE(HyperLogLog::FromRecord(record));
}

}  // namespace
}  // namespace serin
