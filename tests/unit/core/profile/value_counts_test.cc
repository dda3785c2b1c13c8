#include "core/profile/value_counts.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "core/base/random_bits.h"

namespace serin {
namespace {

TEST(ValueCountsTest, UpToTheCapacity_EveryValueIsCounted_OneMoreIsRefused) {
  ValueCounts<std::string> counts(1024);
  for (uint64_t i = 0; i < 10 * 1024; ++i) {
    ASSERT_TRUE(counts.Add(MixBits(i % 1024), std::to_string(i % 1024), 1));
  }
  EXPECT_FALSE(counts.Add(MixBits(1024), "1024", 1));
  EXPECT_TRUE(counts.Add(MixBits(7), "7", 5));
  EXPECT_EQ(counts.size(), 1024);
  std::map<std::string, int64_t> found;
  counts.ForEach([&](uint64_t hash, const std::string& value, int64_t count) {
    EXPECT_EQ(hash, MixBits(std::stoull(value)));
    found[value] = count;
  });
  EXPECT_EQ(found.size(), 1024);
  EXPECT_EQ(found["6"], 10);
  EXPECT_EQ(found["7"], 15);
}

TEST(ValueCountsTest, HashesThatChooseTheSameSlot_AreToldApart) {
  ValueCounts<uint64_t> counts(64);
  for (uint64_t i = 0; i < 64; ++i)
    ASSERT_TRUE(counts.Add(i << 32, i, static_cast<int64_t>(i) + 1));
  int64_t sum = 0;
  counts.ForEach([&](uint64_t hash, uint64_t value, int64_t count) {
    EXPECT_EQ(hash, value << 32);
    sum += count;
  });
  EXPECT_EQ(sum, 64 * 65 / 2);
}

}  // namespace
}  // namespace serin
