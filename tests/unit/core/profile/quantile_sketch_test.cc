#include "core/profile/quantile_sketch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "core/base/random_bits.h"

namespace serin {
namespace {

// Greatest distance between the rank in the sketch and the true one, of `checks` values that cut
// 0 ... n - 1 into equal parts, as fractions of n.
std::vector<double> RankErrors(const QuantileSketch& sketch, int64_t n, int checks) {
  const std::vector<WeightedValue> sorted = sketch.Sorted();
  std::vector<double> errors;
  size_t at = 0;
  int64_t rank = 0;
  for (int i = 1; i < checks; ++i) {
    const auto value = static_cast<double>(n / checks * i);
    for (; at < sorted.size() && sorted[at].value < value; ++at) rank += sorted[at].count;
    errors.push_back(std::abs(static_cast<double>(rank) - value) / static_cast<double>(n));
  }
  return errors;
}

enum class Order { kAscending, kDescending, kShuffled, kZigZag };

std::vector<double> Numbers(int64_t n, Order order, uint64_t seed) {
  std::vector<double> values(static_cast<size_t>(n));
  std::iota(values.begin(), values.end(), 0);
  RandomBits random(seed);
  switch (order) {
    case Order::kAscending:
      break;
    case Order::kDescending:
      std::reverse(values.begin(), values.end());
      break;
    case Order::kZigZag:
      for (size_t i = 0; i < values.size(); i += 2)
        std::swap(values[i], values[values.size() - 1 - i]);
      break;
    case Order::kShuffled:
      for (size_t i = values.size() - 1; i > 0; --i) {
        std::swap(values[i], values[random.Below(static_cast<uint32_t>(i + 1))]);
      }
  }
  return values;
}

// Of all errors, the one that 99 % stay below.
double NinetyNinthOf(std::vector<double> errors) {
  const auto at = errors.begin() + static_cast<ptrdiff_t>(errors.size() * 99 / 100);
  std::nth_element(errors.begin(), at, errors.end());
  return *at;
}

TEST(QuantileSketchTest, NinetyNineOfAHundredRanks_AreWithinTheErrorThatIsPromised) {
  for (const Order order :
       {Order::kAscending, Order::kDescending, Order::kShuffled, Order::kZigZag}) {
    for (const int64_t n : {5'000, 50'000, 400'000}) {
      std::vector<double> errors;
      for (uint64_t seed = 1; seed <= 30; ++seed) {
        QuantileSketch sketch;
        // Of another size, as the chances hang on the values.
        const int64_t size = n + 17 * static_cast<int64_t>(seed);
        sketch.Add(Numbers(size, order, seed));
        for (const double error : RankErrors(sketch, size, 50)) errors.push_back(error);
      }
      EXPECT_LT(NinetyNinthOf(errors), QuantileSketch::kRankError)
          << n << " values in order " << static_cast<int>(order);
    }
  }
}

TEST(QuantileSketchTest, PartsMergedInAnyWay_StayWithinTheError) {
  constexpr int64_t kCount = 300'000;
  std::vector<double> errors;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    const std::vector<double> values = Numbers(kCount, Order::kShuffled, seed);
    RandomBits random(seed);
    std::vector<QuantileSketch> parts(12);
    for (size_t begin = 0; begin < values.size();) {
      const size_t size = std::min<size_t>(1 + random.Below(4'000), values.size() - begin);
      // Parts of very different size.
      QuantileSketch& part = parts[random.Below(1 + random.Below(12))];
      part.Add(absl::MakeConstSpan(values).subspan(begin, size));
      begin += size;
    }
    while (parts.size() > 1) {  // A random tree.
      std::swap(parts.back(), parts[random.Below(static_cast<uint32_t>(parts.size()))]);
      const QuantileSketch last = std::move(parts.back());
      parts.pop_back();
      parts[random.Below(static_cast<uint32_t>(parts.size()))].Merge(last);
    }
    EXPECT_EQ(parts[0].count(), kCount);
    for (const double error : RankErrors(parts[0], kCount, 50)) errors.push_back(error);
  }
  EXPECT_LT(NinetyNinthOf(errors), QuantileSketch::kRankError);
}

TEST(QuantileSketchTest, CountedValues_AreThatManyValues) {
  std::vector<double> errors;
  for (int trial = 0; trial < 20; ++trial) {
    QuantileSketch sketch;
    constexpr int kDistinct = 4'000;
    constexpr int kEach = 250;
    const double shift = trial * 0.01;
    for (int i = 0; i < kDistinct; ++i) sketch.Add((i * 1'657 % kDistinct) * kEach + shift, kEach);
    EXPECT_EQ(sketch.count(), kDistinct * kEach);
    for (const double error : RankErrors(sketch, kDistinct * kEach, 40)) errors.push_back(error);
  }
  EXPECT_LT(NinetyNinthOf(errors), QuantileSketch::kRankError);
}

TEST(QuantileSketchTest, TheSample_StandsForAllValues_AndHasTheExtremes) {
  QuantileSketch sketch;
  sketch.Add(Numbers(123'457, Order::kShuffled, 1));
  const std::vector<WeightedValue> sorted = sketch.Sorted();
  int64_t total = 0;
  for (const WeightedValue& entry : sorted) total += entry.count;
  EXPECT_EQ(total, 123'457);
  EXPECT_EQ(sorted.front().value, 0);
  EXPECT_EQ(sorted.back().value, 123'456);
  EXPECT_LT(sorted.size(), 4'000);  // However many values there are.
}

TEST(QuantileSketchTest, AFewValues_AreAllThere) {
  QuantileSketch sketch;
  sketch.Add(std::vector<double>{3, 1, 2, 2});
  const std::vector<WeightedValue> sorted = sketch.Sorted();
  ASSERT_EQ(sorted.size(), 3);
  EXPECT_EQ(sorted[1].value, 2);
  EXPECT_EQ(sorted[1].count, 2);
}

TEST(QuantileSketchTest, ComesBackFromItsRecord_AndGoesOn) {
  QuantileSketch sketch;
  sketch.Add(Numbers(200'000, Order::kShuffled, 1));
  auto stored = QuantileSketch::FromRecord(sketch.ToRecord());
  ASSERT_TRUE(stored);
  EXPECT_EQ(RankErrors(*stored, 200'000, 100), RankErrors(sketch, 200'000, 100));
  std::vector<double> more = Numbers(200'000, Order::kShuffled, 2);
  for (double& value : more) value += 200'000;
  stored->Add(more);
  EXPECT_EQ(stored->count(), 400'000);
  EXPECT_LT(NinetyNinthOf(RankErrors(*stored, 400'000, 100)), QuantileSketch::kRankError);
}

TEST(QuantileSketchTest, ADamagedRecord_IsRefused) {
  QuantileSketch sketch;
  sketch.Add(Numbers(200'000, Order::kShuffled, 1));
  const auto record = sketch.ToRecord();
  auto other_count = record;
  other_count.set_count(record.count() + 1);
  EXPECT_FALSE(QuantileSketch::FromRecord(other_count));
  auto not_a_number = record;
  not_a_number.mutable_levels(0)->add_values(std::nan(""));
  EXPECT_FALSE(QuantileSketch::FromRecord(not_a_number));
  auto too_high = record;
  too_high.set_first_level(60);
  EXPECT_FALSE(QuantileSketch::FromRecord(too_high));
  EXPECT_FALSE(QuantileSketch::FromRecord({}));
}

}  // namespace
}  // namespace serin
