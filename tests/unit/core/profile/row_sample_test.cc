#include "core/profile/row_sample.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/base/random_bits.h"

namespace serin {
namespace {

std::vector<uint64_t> Hashes(uint64_t begin, uint64_t end) {
  std::vector<uint64_t> hashes;
  for (uint64_t i = begin; i < end; ++i) hashes.push_back(MixBits(i + 1));
  return hashes;
}

TEST(RowSampleTest, FewRows_AreCountedExactly) {
  RowSample sample;
  sample.Add(Hashes(0, 10'000));
  sample.Add(Hashes(0, 123));
  EXPECT_TRUE(sample.exact());
  EXPECT_EQ(sample.DuplicateCount(10'123), 123);
}

TEST(RowSampleTest, ManyDifferentRows_AreNeverTakenForDuplicates) {
  RowSample sample;
  sample.Add(Hashes(0, 1'000'000));
  EXPECT_FALSE(sample.exact());
  EXPECT_EQ(sample.DuplicateCount(1'000'000), 0);
}

TEST(RowSampleTest, DuplicatesOfManyRows_AreEstimated) {
  RowSample sample;
  sample.Add(Hashes(0, 1'000'000));
  sample.Add(Hashes(0, 10'000));  // 1 %: the standard error is 11 %.
  EXPECT_NEAR(static_cast<double>(sample.DuplicateCount(1'010'000)), 10'000, 3'300);
  sample.Add(Hashes(10'000, 500'000));  // 50 %: 1.6 %.
  EXPECT_NEAR(static_cast<double>(sample.DuplicateCount(1'500'000)), 500'000, 24'000);
}

// Whether the row with all the copies is in the sample or, as is likely, not.
TEST(RowSampleTest, OneRowWithVeryManyCopies_CountsForNeitherNothingNorTheWholeScale) {
  for (uint64_t copied = 0; copied < 32; ++copied) {
    RowSample sample;
    sample.Add(Hashes(0, 100'000));
    sample.Add(std::vector<uint64_t>(50'000, Hashes(copied, copied + 1)[0]));
    EXPECT_NEAR(static_cast<double>(sample.DuplicateCount(150'000)), 50'000, 5'000);
  }
}

TEST(RowSampleTest, HoweverTheRowsAreCut_TheResultIsTheSame) {
  RowSample whole;
  whole.Add(Hashes(0, 100'000));
  whole.Add(Hashes(5'000, 30'000));
  RowSample first;
  first.Add(Hashes(5'000, 30'000));
  RowSample second;
  second.Add(Hashes(60'000, 100'000));
  second.Add(Hashes(0, 60'000));
  first.Merge(second);
  EXPECT_EQ(first.DuplicateCount(125'000), whole.DuplicateCount(125'000));
  second.Merge(RowSample());
  EXPECT_EQ(second.DuplicateCount(100'000), 0);
}

TEST(RowSampleTest, ComesBackFromItsRecord_DamagedOnesDoNot) {
  RowSample sample;
  sample.Add(Hashes(0, 100'000));
  sample.Add(Hashes(0, 50'000));
  auto record = sample.ToRecord();
  EXPECT_EQ(RowSample::FromRecord(record)->DuplicateCount(150'000), sample.DuplicateCount(150'000));
  record.set_hashes(0, record.hashes(0) | 1);  // Not in the sample.
  EXPECT_FALSE(RowSample::FromRecord(record));
  record.mutable_counts()->RemoveLast();
  EXPECT_FALSE(RowSample::FromRecord(record));
}

}  // namespace
}  // namespace serin
