#include "core/table/bit_packing.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace serin {
namespace {

TEST(BitPackingTest, ValuesOfAnyWidthAndNumber_ComeBack_FromAsFewBytesAsTheyNeed) {
  std::mt19937_64 random(1);
  for (int bits = 0; bits <= kMaxPackedBits; ++bits) {
    for (const size_t count : {0, 1, 2, 7, 8, 9, 63, 64, 65, 1000}) {
      std::vector<uint64_t> values(count);
      for (uint64_t& value : values) value = random() & ((uint64_t{1} << bits) - 1);
      std::string packed = "x";
      PackBits(values, bits, packed);
      ASSERT_EQ(packed.size(), 1 + (count * bits + 7) / 8);
      std::vector<uint64_t> back(count);
      UnpackBits(absl::string_view(packed).substr(1), bits, absl::MakeSpan(back));
      ASSERT_EQ(back, values) << bits << " bits, " << count << " values";
    }
  }
}

TEST(BitPackingTest, TheLowestBitComesFirst) {
  std::string packed;
  PackBits({1, 2, 3, 7}, 3, packed);
  EXPECT_EQ(packed, std::string("\xd1\x0e", 2));
}

}  // namespace
}  // namespace serin
