#include "core/learn/bin_edges.h"

#include <algorithm>
#include <limits>

#include "core/base/random_bits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

TEST(SortFloatsTest, SortsNegativeNumbersInfinitiesAndWhatIsNearZero) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  constexpr float kLeast = std::numeric_limits<float>::denorm_min();
  std::vector<float> numbers = {3, -1, kInfinity, 0, -kLeast, 2.5, -kInfinity, kLeast, -1e30f, -1};
  std::vector<float> scratch;
  SortFloats(&numbers, &scratch);
  EXPECT_THAT(numbers,
              ElementsAre(-kInfinity, -1e30f, -1, -1, -kLeast, 0, kLeast, 2.5, 3, kInfinity));
}

TEST(SortFloatsTest, SortsAsComparingDoes) {
  RandomBits random(1);
  std::vector<float> numbers;
  for (int i = 0; i < 20'000; ++i) numbers.push_back(static_cast<float>(random.Unit() - 0.3));
  std::vector<float> expected = numbers;
  std::sort(expected.begin(), expected.end());
  std::vector<float> scratch;
  SortFloats(&numbers, &scratch);
  EXPECT_THAT(numbers, ElementsAreArray(expected));
}

TEST(BinEdgesTest, FewDifferentNumbers_HaveABinEach) {
  EXPECT_THAT(BinEdges({1, 1, 1, 2, 5, 5, 7}, 4), ElementsAre(1, 2, 5, 7));
  EXPECT_THAT(BinEdges({}, 4), ElementsAre());
}

TEST(BinEdgesTest, ManyNumbers_AreCutIntoBinsOfTheSameSize) {
  EXPECT_THAT(BinEdges({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, 4), ElementsAre(0, 3, 6, 9));
}

TEST(BinEdgesTest, ANumberThatFillsSeveralBins_HasOne) {
  EXPECT_THAT(BinEdges({0, 1, 2, 3, 3, 3, 3, 3, 3, 3, 4, 5}, 4), ElementsAre(0, 3));
  EXPECT_THAT(BinEdges({0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6}, 4), ElementsAre(0, 1, 4));
}

}  // namespace
}  // namespace serin
