#include "core/profile/moments.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/base/random_bits.h"

namespace serin {
namespace {

TEST(MomentsTest, AgreeWithNumpy) {
  // numpy.mean and numpy.std(ddof=1) of [0.1, 2.5, -3, 4.75, 1e3].
  Moments moments;
  moments.Add(std::vector<double>{0.1, 2.5, -3, 4.75, 1e3});
  EXPECT_EQ(moments.count(), 5);
  EXPECT_DOUBLE_EQ(moments.mean(), 200.87);
  EXPECT_DOUBLE_EQ(moments.StandardDeviation(), 446.73651014887963);
}

TEST(MomentsTest, ALargeMeanDoesNotSwallowASmallDeviation_OverManyBlocks) {
  Moments moments;
  for (int i = 0; i < 1000; ++i) moments.Add(std::vector<double>{1e9 + 1, 1e9 + 2, 1e9 + 3});
  EXPECT_NEAR(moments.StandardDeviation(), std::sqrt(2000.0 / 2999), 1e-12);
}

TEST(MomentsTest, AnyPartition_GivesTheSameButForRounding) {
  RandomBits random(3);
  std::vector<double> values(10'000);
  for (double& value : values) value = random.Unit() * 1e6 - 5e5;
  Moments whole;
  whole.Add(values);
  Moments parts;
  const absl::Span<const double> all(values);
  for (size_t begin = 0; begin < all.size();) {
    const size_t size = std::min<size_t>(1 + random.Below(999), all.size() - begin);
    Moments part;
    part.Add(all.subspan(begin, size));
    parts.Merge(part);
    begin += size;
  }
  EXPECT_EQ(parts.count(), whole.count());
  EXPECT_NEAR(parts.mean(), whole.mean(), 1e-9);
  EXPECT_NEAR(parts.StandardDeviation(), whole.StandardDeviation(), 1e-8);
}

TEST(MomentsTest, NumbersAtTheEndOfTheRange_StayFinite) {
  const double most = std::numeric_limits<double>::max();
  Moments moments;
  moments.Add(std::vector<double>{-most, 0, most, most});
  EXPECT_DOUBLE_EQ(moments.mean(), most / 4);
  EXPECT_TRUE(std::isfinite(moments.StandardDeviation()));
  const auto stored = Moments::FromRecord(moments.ToRecord());
  EXPECT_DOUBLE_EQ(stored->StandardDeviation(), moments.StandardDeviation());
}

TEST(MomentsTest, CountedValues_AreThatManyValues) {
  Moments counted;
  counted.Add(3, 4);
  counted.Add(5, 1);
  Moments listed;
  listed.Add(std::vector<double>{3, 3, 3, 3, 5});
  EXPECT_DOUBLE_EQ(counted.mean(), listed.mean());
  EXPECT_DOUBLE_EQ(counted.StandardDeviation(), listed.StandardDeviation());
}

TEST(MomentsTest, ADamagedRecord_IsRefused) {
  Moments moments;
  moments.Add(std::vector<double>{1, 2});
  auto record = moments.ToRecord();
  record.set_squares(-1);
  EXPECT_FALSE(Moments::FromRecord(record));
  record.set_squares(std::numeric_limits<double>::quiet_NaN());
  EXPECT_FALSE(Moments::FromRecord(record));
}

}  // namespace
}  // namespace serin
