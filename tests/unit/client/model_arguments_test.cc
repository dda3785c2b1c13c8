#include "client/cli/model_arguments.h"

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(ParseModelFormatTest, KnowsTheFormats_AndNamesThemWhereItIsNone) {
  EXPECT_EQ(*ParseModelFormat("onnx"), v1::MODEL_FORMAT_ONNX);
  EXPECT_EQ(*ParseModelFormat("bundle"), v1::MODEL_FORMAT_BUNDLE);
  EXPECT_THAT(ParseModelFormat("pickle"),
              IsError(kInvalid, HasSubstr("must be bundle, xgboost, lightgbm or onnx")));
}

TEST(ParseFeaturesTest, ATypeIsOptional) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Schema features, ParseFeatures({"size", "colour=category"}));
  ASSERT_EQ(features.columns_size(), 2);
  EXPECT_EQ(features.columns(0).name(), "size");
  EXPECT_EQ(features.columns(0).type(), v1::COLUMN_TYPE_UNSPECIFIED);
  EXPECT_EQ(features.columns(1).name(), "colour");
  EXPECT_EQ(features.columns(1).type(), v1::COLUMN_TYPE_CATEGORY);
  EXPECT_THAT(ParseFeatures({"size=huge"}), IsError(kInvalid, HasSubstr("huge")));
}

TEST(ParseFeatureCategoriesTest, KeepsTheOrderOfTheCodes) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::FeatureCategories categories,
                             ParseFeatureCategories("colour=red,blue,"));
  EXPECT_EQ(categories.feature(), "colour");
  EXPECT_THAT(categories.categories(), ElementsAre("red", "blue", ""));
  EXPECT_THAT(ParseFeatureCategories("colour"), IsError(kInvalid, HasSubstr("colour")));
}

}  // namespace
}  // namespace serin
