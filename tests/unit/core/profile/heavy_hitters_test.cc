#include "core/profile/heavy_hitters.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "core/base/random_bits.h"

namespace serin {
namespace {

using Sketch = HeavyHitters<uint64_t>;

uint64_t HashOf(uint64_t value) { return MixBits(value + 1); }

// Zipf's law: the value i about n / (i + 1)^2 times.
std::vector<uint64_t> Skewed(int size, uint64_t seed) {
  RandomBits random(seed);
  std::vector<uint64_t> values(size);
  for (uint64_t& value : values) value = static_cast<uint64_t>(1 / (random.Unit() + 1e-9));
  return values;
}

std::map<uint64_t, int64_t> CountsOf(const std::vector<uint64_t>& values) {
  std::map<uint64_t, int64_t> counts;
  for (const uint64_t value : values) ++counts[value];
  return counts;
}

// Every count is within its error, and what has no counter is not more frequent than that.
void ExpectSound(const Sketch& sketch, std::map<uint64_t, int64_t> truth) {
  sketch.ForEach([&](uint64_t hash, uint64_t value, int64_t count, int64_t error) {
    EXPECT_EQ(hash, HashOf(value));
    EXPECT_LE(count, truth[value]);
    EXPECT_GE(count + error, truth[value]);
    truth.erase(value);
  });
  for (const auto& [value, count] : truth) {
    EXPECT_LE(count, sketch.errors()[HashOf(value) % sketch.errors().size()]) << value;
  }
}

TEST(HeavyHittersTest, CountsAreWithinTheirError_WhichIsSmall) {
  constexpr int kValues = 300'000;
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const std::vector<uint64_t> values = Skewed(kValues, seed);
    Sketch sketch;
    for (const uint64_t value : values) sketch.Add(HashOf(value), value, 1);
    ExpectSound(sketch, CountsOf(values));
    for (const int64_t error : sketch.errors()) EXPECT_LT(error, kValues / 1280);
  }
}

TEST(HeavyHittersTest, ValuesThatOccurOnce_CostAboutAFifthOfABucket) {
  Sketch sketch;
  for (uint64_t value = 0; value < 1'280'000; ++value) sketch.Add(HashOf(value), value, 1);
  for (const int64_t error : sketch.errors()) EXPECT_NEAR(static_cast<double>(error), 1000, 100);
}

TEST(HeavyHittersTest, PartsMergedInAnyOrder_AreWithinTheirErrorToo) {
  const std::vector<uint64_t> values = Skewed(200'000, 1);
  std::vector<Sketch> parts(7);
  for (size_t i = 0; i < values.size(); ++i) {
    parts[i / 1000 % parts.size()].Add(HashOf(values[i]), values[i], 1);
  }
  Sketch forwards;
  for (const Sketch& part : parts) forwards.Merge(part);
  ExpectSound(forwards, CountsOf(values));
  Sketch backwards;
  for (size_t i = parts.size(); i-- > 0;) backwards.Merge(parts[i]);
  ExpectSound(backwards, CountsOf(values));
}

TEST(HeavyHittersTest, PartsOfOtherSizes_AreWithinTheirErrorToo) {
  const std::vector<uint64_t> values = Skewed(100'000, 2);
  for (const auto& [mine, others] : {std::pair<size_t, size_t>{16, 256}, {256, 16}, {64, 64}}) {
    Sketch sketch(mine);
    Sketch other(others);
    for (size_t i = 0; i < values.size(); ++i) {
      (i % 3 == 0 ? sketch : other).Add(HashOf(values[i]), values[i], 1);
    }
    sketch.Merge(other);
    EXPECT_EQ(sketch.errors().size(), mine);
    ExpectSound(sketch, CountsOf(values));
  }
}

TEST(HeavyHittersTest, ManyAtOnce_AreThatManyOneByOne) {
  RandomBits random(1);
  Sketch sketch;
  std::map<uint64_t, int64_t> truth;
  for (int i = 0; i < 20'000; ++i) {
    const uint64_t value = random.Below(5'000);
    const int64_t count = 1 + random.Below(1 + random.Below(100));
    sketch.Add(HashOf(value), value, count);
    truth[value] += count;
  }
  ExpectSound(sketch, truth);
}

TEST(HeavyHittersTest, Errors_AreAddedOnlyWhereThereIsOnePerBucket) {
  Sketch sketch;
  EXPECT_FALSE(sketch.AddErrors(std::vector<int64_t>{1, 2}));
  std::vector<int64_t> errors(Sketch::kBuckets, 5);
  EXPECT_TRUE(sketch.AddErrors(errors));
  errors[3] = -1;
  EXPECT_FALSE(sketch.AddErrors(errors));
  EXPECT_EQ(sketch.errors()[0], 5);
}

}  // namespace
}  // namespace serin
