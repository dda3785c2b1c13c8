#include "core/monitor/log_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/monitor/log_sampling.h"

namespace serin {
namespace {

using ::testing::ElementsAre;

v1::Schema SchemaOf(const std::vector<std::pair<std::string, v1::ColumnType>>& columns) {
  v1::Schema schema;
  for (const auto& [name, type] : columns) {
    schema.add_columns()->set_name(name);
    schema.mutable_columns()->rbegin()->set_type(type);
  }
  return schema;
}

std::vector<std::string> NamesOf(const v1::Schema& schema) {
  std::vector<std::string> names;
  for (const v1::ColumnSchema& column : schema.columns()) names.push_back(column.name());
  return names;
}

TEST(LogColumnsTest, Features_KeepTheirNames_UnlessTheyAreTheLogsOwn) {
  EXPECT_EQ(ColumnOfFeature("petal_width"), "petal_width");
  EXPECT_EQ(ColumnOfFeature("time"), "feature_time");
  EXPECT_EQ(ColumnOfFeature("probability_yes"), "feature_probability_yes");
  EXPECT_EQ(ColumnOfFeature("feature_time"), "feature_feature_time");
  for (const char* name : {"petal_width", "time", "prediction", "feature_time", "label"}) {
    EXPECT_EQ(FeatureOfColumn(ColumnOfFeature(name)), name);
  }
  EXPECT_EQ(FeatureOfColumn("time"), "");
  EXPECT_EQ(FeatureOfColumn("probability_setosa"), "");
}

TEST(LogColumnsTest, AColumnOfAnotherType_GetsANameOfItsOwn) {
  const v1::Schema dataset = SchemaOf({{"age", v1::COLUMN_TYPE_NUMBER},
                                       {"city", v1::COLUMN_TYPE_CATEGORY},
                                       {"city_number", v1::COLUMN_TYPE_TEXT}});
  const v1::Schema rows = SchemaOf({{"age", v1::COLUMN_TYPE_CATEGORY},
                                    {"city", v1::COLUMN_TYPE_NUMBER},
                                    {"age_category", v1::COLUMN_TYPE_CATEGORY},
                                    {"new", v1::COLUMN_TYPE_NUMBER}});
  EXPECT_THAT(NamesOf(FitIntoDataset(rows, dataset)),
              ElementsAre("age_category", "city_number2", "age_category_category", "new"));
  EXPECT_THAT(NamesOf(FitIntoDataset(dataset, dataset)), ElementsAre("age", "city", "city_number"));
}

TEST(LogSamplingTest, TakesItsShare_AndMoreOfItAtLargerShares) {
  int at_10 = 0;
  int at_30 = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::string id = absl::StrCat("prediction", i);
    const bool in_10 = IsLogged(id, 10);
    at_10 += in_10 ? 1 : 0;
    at_30 += IsLogged(id, 30) ? 1 : 0;
    EXPECT_TRUE(!in_10 || IsLogged(id, 30));
    EXPECT_TRUE(IsLogged(id, 100));
    EXPECT_FALSE(IsLogged(id, 0));
  }
  // Five standard deviations.
  EXPECT_NEAR(at_10, 10'000, 480);
  EXPECT_NEAR(at_30, 30'000, 730);
}

}  // namespace
}  // namespace serin
