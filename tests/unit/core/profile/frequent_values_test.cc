#include "core/profile/frequent_values.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "core/base/random_bits.h"

namespace serin {
namespace {

using Values = FrequentValues<uint64_t>;

void Add(Values& values, uint64_t value, int64_t count = 1) {
  if (values.Add(MixBits(value + 1), value, count)) return;
  values.Shrink();
  ASSERT_TRUE(values.Add(MixBits(value + 1), value, count));
}

std::map<uint64_t, int64_t> CountsOf(const Values& values) {
  std::map<uint64_t, int64_t> counts;
  values.ForEach([&](uint64_t, uint64_t value, int64_t count) { counts[value] = count; });
  return counts;
}

// Zipf's law: the value i about n / (i + 1) times.
std::vector<uint64_t> Skewed(int size, uint64_t seed) {
  RandomBits random(seed);
  std::vector<uint64_t> values(size);
  for (uint64_t& value : values) value = static_cast<uint64_t>(1 / (random.Unit() + 1e-6));
  return values;
}

TEST(FrequentValuesTest, UpToItsCapacity_EveryValueIsCountedExactly) {
  Values values(4096);
  for (uint64_t i = 0; i < 10 * 4096; ++i) Add(values, i % 4096);
  EXPECT_EQ(values.error(), 0);
  EXPECT_EQ(values.size(), 4096);
  for (const auto& [value, count] : CountsOf(values)) EXPECT_EQ(count, 10) << value;
  EXPECT_FALSE(values.Add(MixBits(5000), 4999, 1));
}

TEST(FrequentValuesTest, BeyondIt_EachCountIsTooLowByAtMostTheError_WhichIsBounded) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    Values values(256);
    std::map<uint64_t, int64_t> truth;
    for (const uint64_t value : Skewed(300'000, seed)) {
      Add(values, value);
      ++truth[value];
    }
    EXPECT_GT(values.error(), 0);
    EXPECT_LE(values.error(), 2 * 300'000 / 256);
    const auto counts = CountsOf(values);
    for (const auto& [value, count] : counts) {
      EXPECT_LE(count, truth[value]);
      EXPECT_GE(count + values.error(), truth[value]);
    }
    for (const auto& [value, count] : truth) {
      EXPECT_TRUE(counts.contains(value) || count <= values.error()) << value;
    }
  }
}

TEST(FrequentValuesTest, ManyValuesThatOccurOnce_LeaveRoom) {
  Values values(16);
  for (uint64_t i = 0; i < 10'000; ++i) Add(values, i);
  EXPECT_LE(values.size(), 16);
  EXPECT_LE(values.error(), 2 * 10'000 / 16);
}

TEST(FrequentValuesTest, CountsThatAllDiffer_HalfOfThemStay) {
  Values values(16);
  for (uint64_t i = 0; i < 16; ++i) Add(values, i, static_cast<int64_t>(i) + 1);
  values.Shrink();
  EXPECT_EQ(values.error(), 8);
  EXPECT_EQ(CountsOf(values),
            (std::map<uint64_t, int64_t>{
                {8, 1}, {9, 2}, {10, 3}, {11, 4}, {12, 5}, {13, 6}, {14, 7}, {15, 8}}));
}

TEST(FrequentValuesTest, Strings_AreMovedWhenTheTableGrowsAndShrinks) {
  FrequentValues<std::string> values(64);
  const std::string text(100, 'x');
  for (uint64_t i = 0; i < 64; ++i) ASSERT_TRUE(values.Add(MixBits(i), text, i < 32 ? 1 : 2));
  values.Shrink();
  EXPECT_EQ(values.size(), 32);
  values.ForEach([&](uint64_t, const std::string& value, int64_t count) {
    EXPECT_EQ(value, text);
    EXPECT_EQ(count, 1);
  });
}

}  // namespace
}  // namespace serin
