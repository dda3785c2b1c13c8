// Descriptions, labels, filters of lists and profiles with a target, against a store in memory.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/storage/memory_store.h"
#include "core/storage/records.h"
#include "server/dataset/dataset_catalog.h"
#include "server/dataset/dataset_keys.h"
#include "server/dataset/dataset_queries.h"
#include "server/dataset/dataset_update.h"
#include "server/dataset/profile_call.h"
#include "server/dataset/version_writer.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kProject[] = "default";

bool Never() { return false; }

class DatasetMetadataTest : public testing::Test {
 protected:
  DatasetMetadataTest()
      : bytes_(&prometheus::BuildGauge().Name("bytes").Register(registry_).Add({})),
        catalog_(&store_, &clock_, &ids_, bytes_) {}

  // `y` is 2 `x`.
  void Make(const std::string& dataset, const std::map<std::string, std::string>& labels = {}) {
    auto writer = VersionWriter::Create(
        &catalog_, {.project = kProject, .dataset = dataset, .labels = labels});
    ASSERT_THAT(writer, IsOk());
    const ColumnData x{.name = "x", .type = v1::COLUMN_TYPE_NUMBER, .numbers = {1, 2, 3, 4}};
    const ColumnData y{.name = "y", .type = v1::COLUMN_TYPE_NUMBER, .numbers = {2, 4, 6, 8}};
    ASSERT_THAT((*writer)->Append(Table{{x, y}}), IsOk());
    ASSERT_THAT((*writer)->Commit({}, Never), IsOk());
  }

  absl::StatusOr<v1::Dataset> Describe(const std::string& dataset, const std::string& description) {
    v1::UpdateDatasetRequest request;
    request.mutable_dataset()->set_name(dataset);
    request.mutable_dataset()->set_description(description);
    request.mutable_update_mask()->add_paths("description");
    return UpdateDataset(catalog_, kProject, request);
  }

  absl::StatusOr<v1::ListDatasetsResponse> List(const std::string& filter, int32_t page_size = 0,
                                                const std::string& token = "") {
    v1::ListDatasetsRequest request;
    request.set_filter(filter);
    request.set_page_size(page_size);
    request.set_page_token(token);
    return ListDatasets(store_, kProject, request);
  }

  static std::vector<std::string> NamesOf(const absl::StatusOr<v1::ListDatasetsResponse>& list) {
    std::vector<std::string> names;
    EXPECT_THAT(list, IsOk());
    for (const auto& dataset : list->datasets()) names.push_back(dataset.name());
    return names;
  }

  absl::StatusOr<v1::DatasetProfile> Profile(const v1::GetProfileRequest& request) {
    return ProfileVersion(store_, live_profiles_, kProject, request, Never);
  }

  MemoryStore store_;
  LiveProfiles live_profiles_;
  SimulatedClock clock_;
  IdGenerator ids_{&clock_};
  prometheus::Registry registry_;
  prometheus::Gauge* const bytes_;
  DatasetCatalog catalog_;
};

TEST_F(DatasetMetadataTest, AnUpdate_IsWhatIsReadThen_WithItsTime) {
  Make("iris");
  clock_.Advance(absl::Minutes(1));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Dataset updated, Describe("iris", "flowers"));
  EXPECT_EQ(updated.description(), "flowers");
  EXPECT_EQ(updated.update_time().seconds() - updated.create_time().seconds(), 60);
  EXPECT_EQ(updated.latest_version(), 1);
  v1::GetDatasetRequest get;
  get.set_name("iris");
  EXPECT_EQ(GetDataset(store_, kProject, get)->DebugString(), updated.DebugString());
}

TEST_F(DatasetMetadataTest, AnUpdateOfNothingOrToNothingAllowed_ChangesNothing) {
  EXPECT_THAT(Describe("iris", "flowers"),
              IsError(absl::StatusCode::kNotFound, "datasets/iris does not exist"));
  Make("iris");
  EXPECT_THAT(Describe("iris@1", "flowers"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("dataset.name: ")));
  EXPECT_THAT(Describe("iris", std::string(5000, 'x')),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("dataset.description: ")));
  EXPECT_EQ(List("")->datasets(0).description(), "");
}

TEST_F(DatasetMetadataTest, AFilteredList_ComesInFullPages) {
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) {
    Make(name, {{"team", name[0] % 2 == 1 ? "odd" : "even"}});  // 'a' is 97.
  }
  const auto first = List("labels.team = odd", 2);
  EXPECT_THAT(NamesOf(first), ElementsAre("datasets/a", "datasets/c"));
  const auto second = List("labels.team = odd", 2, first->next_page_token());
  EXPECT_THAT(NamesOf(second), ElementsAre("datasets/e"));
  EXPECT_EQ(second->next_page_token(), "");
  EXPECT_THAT(NamesOf(List("labels:owner")), IsEmpty());
}

TEST_F(DatasetMetadataTest, APageOfLargeEntries_HasFewer_AndNoneIsLeftOut) {
  constexpr int kDatasets = 900;
  WriteBatch batch;
  for (int i = 0; i < kDatasets; ++i) {
    internal::v1::DatasetRecord record;
    record.mutable_dataset()->set_name(absl::StrCat("datasets/d", i));
    record.mutable_dataset()->set_description(std::string(4096, 'x'));
    PutRecord(batch, DatasetKey(kProject, absl::StrCat("d", i)), record);
  }
  ASSERT_THAT(store_.Write(batch), IsOk());
  int seen = 0;
  std::string token;
  do {
    SERIN_ASSERT_OK_AND_ASSIGN(const auto page, List("", 1000, token));
    EXPECT_LT(page.ByteSizeLong(), 4u << 20);  // What gRPC's clients take.
    seen += page.datasets_size();
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_EQ(seen, kDatasets);
}

TEST_F(DatasetMetadataTest, APageTokenOfAnotherFilter_IsRefused) {
  for (const char* name : {"a", "b", "c"}) Make(name);
  const std::string filtered = List("live = false", 1)->next_page_token();
  const std::string all = List("", 1)->next_page_token();
  const auto refused = IsError(absl::StatusCode::kInvalidArgument, HasSubstr("page_token: "));
  EXPECT_THAT(List("", 1, filtered), refused);
  EXPECT_THAT(List("live = false", 1, all), refused);
  EXPECT_THAT(List("live=false", 1, filtered), refused);
  EXPECT_THAT(NamesOf(List("live = false", 1, filtered)), ElementsAre("datasets/b"));
}

TEST_F(DatasetMetadataTest, AFilterThatCannotBeRead_IsAnErrorOfTheField) {
  EXPECT_THAT(List("color = red"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("filter: must have name, ")));
}

TEST_F(DatasetMetadataTest, AProfileWithATarget_HasAssociationsAndWarnings) {
  Make("d");
  v1::GetProfileRequest request;
  request.set_name("d");
  request.set_target("y");
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::DatasetProfile profile, Profile(request));
  EXPECT_EQ(profile.dataset_version(), "datasets/d/versions/1");
  EXPECT_EQ(profile.target(), "y");
  EXPECT_DOUBLE_EQ(profile.columns(0).association(), 1);
  EXPECT_EQ(profile.warnings(0).kind(), v1::ProfileWarning::KIND_LEAKS_TARGET);
  request.set_target("z");
  EXPECT_THAT(Profile(request), IsError(absl::StatusCode::kInvalidArgument,
                                        "target: must be one of the columns x, y; is 'z'"));
  request.set_name("nothing");
  EXPECT_THAT(Profile(request),
              IsError(absl::StatusCode::kNotFound, "datasets/nothing does not exist"));
}

}  // namespace
}  // namespace serin
