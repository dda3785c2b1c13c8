#include "tests/unit/server/dataset/live_dataset_fixture.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST_F(LiveDatasetTest, ItsProfileIsOfTheRowsThatThereAre) {
  ASSERT_THAT(Append(0, 10), IsOk());
  ASSERT_THAT(Append(10, 20), IsOk());
  v1::GetProfileRequest request;
  request.set_name("log");
  request.set_target("c");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto profile, Profile(request));
  EXPECT_EQ(profile.dataset_version(), "datasets/log/versions/1");
  EXPECT_EQ(profile.row_count(), 20);
  EXPECT_EQ(profile.columns(0).number().max(), 19);
  EXPECT_EQ(profile.columns(1).distinct(), 2);
  EXPECT_EQ(profile.target(), "c");
  request.set_target("x");
  EXPECT_THAT(Profile(request), IsError(kInvalid, HasSubstr("target: ")));
}

TEST_F(LiveDatasetTest, ItsProfile_IsComputedOfRowsThatAreNewOnly) {
  ASSERT_THAT(Append(0, 70'000), IsOk());
  Maintain();
  SERIN_ASSERT_OK_AND_ASSIGN(const auto first, Profile());
  EXPECT_EQ(first.row_count(), 70'000);
  // Without the chunks of the segment none of its rows can be read.
  Lose("dataset-chunk");
  SERIN_ASSERT_OK_AND_ASSIGN(const auto again, Profile());
  EXPECT_EQ(again.DebugString(), first.DebugString());
  ASSERT_THAT(Append(70'000, 70'010), IsOk());
  SERIN_ASSERT_OK_AND_ASSIGN(const auto more, Profile());
  EXPECT_EQ(more.row_count(), 70'010);
  EXPECT_EQ(more.columns(0).number().max(), 70'009);
  EXPECT_EQ(more.columns(1).distinct(), 2);
}

TEST_F(LiveDatasetTest, ItsProfile_ForgetsRowsThatWereDropped_AndADatasetThatWas) {
  ASSERT_THAT(Append(0, 10, "retention { max_rows: 5 }"), IsOk());
  EXPECT_EQ(Profile()->row_count(), 10);
  ASSERT_THAT(Append(10, 16), IsOk());
  Maintain();
  SERIN_ASSERT_OK_AND_ASSIGN(const auto profile, Profile());
  EXPECT_EQ(profile.row_count(), 6);
  EXPECT_EQ(profile.columns(0).number().min(), 10);
  ASSERT_THAT(catalog_->DeleteDataset(kProject, "log"), IsOk());
  ASSERT_THAT(Append(100, 106), IsOk());
  EXPECT_EQ(Profile()->columns(0).number().min(), 100);
}

TEST_F(LiveDatasetTest, AProfileNobodyWaitsFor_IsNotComputed) {
  ASSERT_THAT(Append(0, 10), IsOk());
  EXPECT_THAT(live_profiles_.ProfileOf(*Open(), [] { return true; }),
              IsError(absl::StatusCode::kCancelled, testing::_));
}

}  // namespace
}  // namespace serin
