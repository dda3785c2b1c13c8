#include "server/dataset/dataset_update.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

v1::Dataset Before() {
  v1::Dataset dataset;
  dataset.set_name("datasets/iris");
  dataset.set_description("before");
  (*dataset.mutable_labels())["team"] = "botany";
  return dataset;
}

v1::UpdateDatasetRequest Request(std::initializer_list<const char*> paths) {
  v1::UpdateDatasetRequest request;
  request.mutable_dataset()->set_name("iris");
  for (const char* path : paths) request.mutable_update_mask()->add_paths(path);
  return request;
}

TEST(ApplyUpdateTest, ChangesWhatTheMaskNames_AndNothingElse) {
  v1::UpdateDatasetRequest request = Request({"description"});
  request.mutable_dataset()->set_description("after");
  (*request.mutable_dataset()->mutable_labels())["team"] = "fraud";
  v1::Dataset dataset = Before();
  EXPECT_THAT(ApplyUpdate(request, dataset), IsOk());
  EXPECT_EQ(dataset.description(), "after");
  EXPECT_EQ(dataset.labels().at("team"), "botany");
  EXPECT_EQ(dataset.name(), "datasets/iris");
}

TEST(ApplyUpdateTest, LabelsAreReplacedAsAWhole_ANamedFieldWithoutAValueIsCleared) {
  v1::UpdateDatasetRequest request = Request({"labels", "description"});
  (*request.mutable_dataset()->mutable_labels())["owner"] = "me";
  v1::Dataset dataset = Before();
  EXPECT_THAT(ApplyUpdate(request, dataset), IsOk());
  EXPECT_EQ(dataset.labels().size(), 1);
  EXPECT_EQ(dataset.labels().at("owner"), "me");
  EXPECT_EQ(dataset.description(), "");
}

TEST(ApplyUpdateTest, AMaskThatIsEmptyOrNamesOtherFields_IsAnError) {
  v1::Dataset dataset = Before();
  EXPECT_THAT(ApplyUpdate(Request({}), dataset),
              IsError(absl::StatusCode::kInvalidArgument,
                      "update_mask: must name description, labels or retention, is empty"));
  EXPECT_THAT(ApplyUpdate(Request({"description", "live"}), dataset),
              IsError(absl::StatusCode::kInvalidArgument,
                      "update_mask: must name description, labels or retention, names 'live'"));
  EXPECT_EQ(dataset.description(), "before");  // Nothing is half changed.
}

TEST(ApplyUpdateTest, ValuesThatAreNotAllowed_AreNamed) {
  v1::UpdateDatasetRequest request = Request({"description"});
  request.mutable_dataset()->set_description(std::string(4097, 'x'));
  v1::Dataset dataset = Before();
  EXPECT_THAT(ApplyUpdate(request, dataset),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("dataset.description: ")));
  request = Request({"labels"});
  (*request.mutable_dataset()->mutable_labels())["Team"] = "x";
  EXPECT_THAT(ApplyUpdate(request, dataset),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("dataset.labels")));
}

TEST(ApplyUpdateTest, Retention_IsOfLiveDatasetsOnly_AndNotNegative) {
  v1::UpdateDatasetRequest request = Request({"retention"});
  request.mutable_dataset()->mutable_retention()->set_max_rows(1000);
  v1::Dataset dataset = Before();
  EXPECT_THAT(ApplyUpdate(request, dataset),
              IsError(absl::StatusCode::kFailedPrecondition,
                      "datasets/iris has no retention: it is no live dataset"));
  dataset.set_live(true);
  EXPECT_THAT(ApplyUpdate(request, dataset), IsOk());
  EXPECT_EQ(dataset.retention().max_rows(), 1000);
  request.mutable_dataset()->mutable_retention()->set_max_rows(-1);
  EXPECT_THAT(ApplyUpdate(request, dataset),
              IsError(absl::StatusCode::kInvalidArgument,
                      "dataset.retention.max_rows: must not be negative, is -1"));
}

TEST(ApplyUpdateTest, AnAge_IsMoreThanNothing_AndCanBeWrittenAsJson) {
  v1::UpdateDatasetRequest request = Request({"retention"});
  v1::Dataset dataset = Before();
  dataset.set_live(true);
  auto& age = *request.mutable_dataset()->mutable_retention()->mutable_max_age();
  const auto refused = IsError(absl::StatusCode::kInvalidArgument,
                               HasSubstr("dataset.retention.max_age: must be more than 0"));
  EXPECT_THAT(ApplyUpdate(request, dataset), refused);  // 0 s: nothing would be kept.
  age.set_seconds(-1);
  EXPECT_THAT(ApplyUpdate(request, dataset), refused);
  age.set_seconds(315'576'000'001);
  EXPECT_THAT(ApplyUpdate(request, dataset), refused);
  age.set_seconds(1);
  age.set_nanos(1'000'000'000);
  EXPECT_THAT(ApplyUpdate(request, dataset), refused);
  EXPECT_FALSE(dataset.has_retention());
  age.set_nanos(0);
  EXPECT_THAT(ApplyUpdate(request, dataset), IsOk());
}

}  // namespace
}  // namespace serin
