#include "core/monitor/drift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/monitor/drift_counter.h"

namespace serin {
namespace {

using internal::v1::BinCounts;
using internal::v1::ColumnDistribution;
using ::testing::ElementsAre;

ColumnDistribution Numbers(const std::vector<double>& bounds, const std::vector<int64_t>& counts,
                           int64_t missing = 0) {
  ColumnDistribution distribution;
  distribution.mutable_bounds()->Add(bounds.begin(), bounds.end());
  distribution.mutable_counts()->Add(counts.begin(), counts.end());
  distribution.set_missing(missing);
  return distribution;
}

BinCounts Served(const std::vector<int64_t>& counts, int64_t missing = 0) {
  BinCounts served;
  served.mutable_counts()->Add(counts.begin(), counts.end());
  served.set_missing(missing);
  return served;
}

TEST(DriftTest, EqualShares_HaveNotMoved) {
  const auto drift = CompareDistributions("x", Numbers({1}, {30, 70}), Served({3, 7}));
  EXPECT_EQ(drift.column(), "x");
  EXPECT_NEAR(drift.psi(), 0, 1e-15);
  EXPECT_NEAR(drift.jensen_shannon(), 0, 1e-7);
}

TEST(DriftTest, Measures_AreThoseOfTheirDefinition) {
  const auto drift = CompareDistributions("x", Numbers({1}, {50, 50}), Served({80, 20}));
  // (0.8 - 0.5) ln(0.8 / 0.5) + (0.2 - 0.5) ln(0.2 / 0.5)
  EXPECT_NEAR(drift.psi(), 0.3 * std::log(1.6) - 0.3 * std::log(0.4), 1e-12);
  // scipy.spatial.distance.jensenshannon([.5, .5], [.8, .2], base=2) is the root of
  // H(0.65) - (H(0.5) + H(0.8)) / 2 with H the binary entropy.
  const auto entropy = [](double p) { return -p * std::log2(p) - (1 - p) * std::log2(1 - p); };
  EXPECT_NEAR(drift.jensen_shannon(), std::sqrt(entropy(0.65) - (entropy(0.5) + entropy(0.8)) / 2),
              1e-12);
}

TEST(DriftTest, ABinThatIsEmptyOnOneSide_CountsAsHalfARow_AndDisjointOnesAreAtDistanceOne) {
  const auto drift = CompareDistributions("x", Numbers({1, 2}, {100, 0, 0}), Served({0, 10, 0}));
  EXPECT_NEAR(drift.psi(), (0.05 - 1) * std::log(0.05 / 1) + (1 - 0.005) * std::log(1 / 0.005),
              1e-12);
  EXPECT_NEAR(drift.jensen_shannon(), 1, 1e-12);
}

TEST(DriftTest, WithoutRows_NothingHasMoved) {
  const auto drift = CompareDistributions("x", Numbers({1}, {50, 50}), Served({}));
  EXPECT_EQ(drift.psi(), 0);
  EXPECT_EQ(drift.jensen_shannon(), 0);
  EXPECT_EQ(drift.bins(0).training_share(), 0.5);
}

TEST(DriftTest, Bins_SayWhatIsInThem) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto numbers = CompareDistributions("x", Numbers({1}, {6, 2}, 2), Served({0, 1}, 3));
  ASSERT_EQ(numbers.bins_size(), 3);
  EXPECT_EQ(numbers.bins(0).lower(), -kInfinity);
  EXPECT_EQ(numbers.bins(0).upper(), 1);
  EXPECT_EQ(numbers.bins(1).upper(), kInfinity);
  EXPECT_TRUE(numbers.bins(2).missing());
  EXPECT_EQ(numbers.bins(2).training_share(), 0.2);
  EXPECT_EQ(numbers.bins(2).prediction_share(), 0.75);
  ColumnDistribution categories;
  categories.add_categories("red");
  categories.add_counts(5);
  categories.add_counts(1);
  const auto drift = CompareDistributions("c", categories, Served({1, 1}));
  EXPECT_EQ(drift.bins(0).category(), "red");
  EXPECT_TRUE(drift.bins(1).other());
}

// --- DriftCounter

class DriftCounterTest : public testing::Test {
 protected:
  DriftCounterTest() {
    *profile_.add_features() = Numbers({1, 2}, {1, 1, 1});
    ColumnDistribution& color = *profile_.add_features();
    color.add_categories("red");
    color.mutable_counts()->Resize(2, 0);
    ColumnDistribution& answers = *profile_.mutable_prediction();
    answers.add_categories("yes");
    answers.add_categories("no");
    answers.mutable_counts()->Resize(3, 0);
    model_.mutable_features()->add_columns();
    model_.mutable_features()->add_columns();
    model_.add_classes("no");
    model_.add_classes("yes");
  }

  static Table Rows(std::vector<double> numbers) {
    constexpr int32_t kMissing = ColumnData::kMissingCode;
    std::vector<int32_t> codes(numbers.size(), 0);
    codes[0] = kMissing;
    codes.back() = 1;
    Table rows;
    rows.columns = {{"x", v1::COLUMN_TYPE_NUMBER, std::move(numbers), {}, {}},
                    {"color", v1::COLUMN_TYPE_CATEGORY, {}, std::move(codes), {"red", "mauve"}}};
    return rows;
  }

  internal::v1::TrainingProfile profile_;
  internal::v1::Predictor model_;
  const absl::Time begin_ = absl::FromUnixSeconds(7200);
};

TEST_F(DriftCounterTest, CountsValuesAndAnswersByBin) {
  DriftCounter counter(profile_, model_);
  counter.Add(Rows({1, 1.5, std::nan("")}), {0.9, 0.1, 0.2, 0.8, 0.5, 0.5}, begin_);
  const auto counts = counter.Counts(begin_);
  EXPECT_EQ(counts.row_count(), 3);
  EXPECT_EQ(counts.start_time().seconds(), 7200);
  EXPECT_THAT(counts.features(0).counts(), ElementsAre(1, 1, 0));
  EXPECT_EQ(counts.features(0).missing(), 1);
  EXPECT_THAT(counts.features(1).counts(), ElementsAre(1, 1));
  EXPECT_EQ(counts.features(1).missing(), 1);
  // "no" is the second of the profile's; a tie is answered with the first class.
  EXPECT_THAT(counts.prediction().counts(), ElementsAre(1, 2, 0));
}

TEST_F(DriftCounterTest, ForgetsWindowsBeforeTheLast) {
  DriftCounter counter(profile_, model_);
  const std::vector<double> no = {1, 0, 1, 0};
  counter.Add(Rows({1, 1}), no, begin_);
  counter.Add(Rows({1, 1}), no, begin_ + absl::Minutes(70));
  EXPECT_EQ(counter.Counts(begin_ + absl::Minutes(119)).row_count(), 4);
  const auto later = counter.Counts(begin_ + absl::Minutes(121));
  EXPECT_EQ(later.row_count(), 2);
  EXPECT_EQ(later.start_time().seconds(), 7200 + 4200);
  counter.Add(Rows({1, 1}), no, begin_ + absl::Minutes(121));
  EXPECT_EQ(counter.Counts(begin_ + absl::Minutes(121)).row_count(), 4);
  EXPECT_EQ(counter.Counts(begin_ + absl::Hours(10)).row_count(), 0);
}

TEST_F(DriftCounterTest, OfALargeCall_CountsAFixedNumberOfRows) {
  DriftCounter counter(profile_, model_);
  counter.Add(Rows(std::vector<double>(1'000, 5)), std::vector<double>(2'000, 0.5), begin_);
  EXPECT_EQ(counter.Counts(begin_).row_count(), 128);
  EXPECT_THAT(counter.Counts(begin_).features(0).counts(), ElementsAre(0, 0, 128));
}

TEST_F(DriftCounterTest, AProfileOfAnotherModel_DoesNotFit) {
  EXPECT_TRUE(DriftCounter::Fits(profile_, model_));
  internal::v1::TrainingProfile unsorted = profile_;
  unsorted.mutable_features(0)->set_bounds(0, 5);
  EXPECT_FALSE(DriftCounter::Fits(unsorted, model_));
  internal::v1::TrainingProfile short_counts = profile_;
  short_counts.mutable_prediction()->mutable_counts()->RemoveLast();
  EXPECT_FALSE(DriftCounter::Fits(short_counts, model_));
  model_.mutable_features()->add_columns();
  EXPECT_FALSE(DriftCounter::Fits(profile_, model_));
}

}  // namespace
}  // namespace serin
