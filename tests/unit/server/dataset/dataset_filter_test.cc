#include "server/dataset/dataset_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

v1::Dataset Iris() {
  v1::Dataset dataset;
  dataset.set_name("datasets/iris.2026");
  dataset.set_description("Three species of Iris, \"measured\"");
  (*dataset.mutable_labels())["team"] = "botany";
  (*dataset.mutable_labels())["cost.centre"] = "";
  return dataset;
}

bool Matches(absl::string_view filter) {
  const auto parsed = DatasetFilter::Parse(filter);
  EXPECT_THAT(parsed, IsOk()) << filter;
  return parsed.ok() && parsed->Matches(Iris());
}

std::string ErrorOf(absl::string_view filter) {
  const auto parsed = DatasetFilter::Parse(filter);
  EXPECT_EQ(parsed.status().code(), absl::StatusCode::kInvalidArgument);
  return std::string(parsed.status().message());
}

TEST(DatasetFilterTest, WithoutTerms_AllMatch) {
  EXPECT_TRUE(Matches(""));
  EXPECT_TRUE(Matches("  "));
}

TEST(DatasetFilterTest, Names_AreComparedWhole_OrUpToAStar) {
  EXPECT_TRUE(Matches("name = \"iris.2026\""));
  EXPECT_TRUE(Matches("name=iris.2026"));
  EXPECT_TRUE(Matches("name = datasets/iris.2026"));
  EXPECT_TRUE(Matches("name = \"iris*\""));
  EXPECT_TRUE(Matches("name = datasets/iris*"));
  EXPECT_TRUE(Matches("name = *"));
  EXPECT_FALSE(Matches("name = iris"));
  EXPECT_FALSE(Matches("name = \"wine*\""));
  EXPECT_FALSE(Matches("name = \"*2026\""));  // Only at the end.
}

TEST(DatasetFilterTest, Labels_AreThere_OrHaveAValue) {
  EXPECT_TRUE(Matches("labels:team"));
  EXPECT_TRUE(Matches("labels:cost.centre"));
  EXPECT_FALSE(Matches("labels:owner"));
  EXPECT_TRUE(Matches("labels.team = \"botany\""));
  EXPECT_TRUE(Matches("labels.team = bot*"));
  EXPECT_TRUE(Matches("labels.cost.centre = \"\""));
  EXPECT_FALSE(Matches("labels.team = fraud"));
  EXPECT_FALSE(Matches("labels.owner = \"\""));
}

TEST(DatasetFilterTest, Descriptions_ContainAWord_InAnyCase) {
  EXPECT_TRUE(Matches("description:iris"));
  EXPECT_TRUE(Matches("description : \"SPECIES of\""));
  EXPECT_TRUE(Matches(R"(description:"\"measured\"")"));
  EXPECT_FALSE(Matches("description:wine"));
}

TEST(DatasetFilterTest, LiveDatasets_CanBeAskedFor) {
  EXPECT_TRUE(Matches("live = false"));
  EXPECT_FALSE(Matches("live=true"));
}

TEST(DatasetFilterTest, AllTermsHaveToMatch) {
  EXPECT_TRUE(Matches("name = iris* AND labels:team AND live = false"));
  EXPECT_FALSE(Matches("name = iris* AND labels:owner"));
}

TEST(DatasetFilterTest, WhatIsWrong_IsNamedWithItsPlace) {
  EXPECT_EQ(ErrorOf("size > 3"),
            "filter: must have name, labels, live or description at byte 1, has 'size'");
  EXPECT_EQ(ErrorOf("name : iris"), "filter: must have = at byte 6, has ':'");
  EXPECT_EQ(ErrorOf("name ="),
            "filter: must have a word or a text in double quotes at byte 7, has the end");
  EXPECT_EQ(ErrorOf("name = \"iris"), "filter: must have \" at byte 13, has the end");
  EXPECT_EQ(ErrorOf("name = a OR name = b"), "filter: must have AND at byte 10, has 'OR'");
  EXPECT_EQ(ErrorOf("name = a ANDname = b"), "filter: must have AND at byte 10, has 'ANDname'");
  EXPECT_EQ(ErrorOf("name = a AND"),
            "filter: must have name, labels, live or description at byte 13, has the end");
  EXPECT_EQ(ErrorOf("live = yes"), "filter: must have true or false at byte 8, has 'yes'");
  EXPECT_EQ(ErrorOf("labels: = x"), "filter: must have the key of a label at byte 9, has '='");
}

TEST(DatasetFilterTest, AFilterWithoutMeasure_IsRefused) {
  EXPECT_EQ(ErrorOf(std::string(4097, ' ')), "filter: must have at most 4096 bytes, has 4097");
  std::string filter = "live=true";
  for (int i = 0; i < 32; ++i) filter += " AND live=true";
  EXPECT_EQ(ErrorOf(filter), "filter: must have at most 32 terms");
}

}  // namespace
}  // namespace serin
