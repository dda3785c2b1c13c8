#include "server/dataset/transform_call.h"

#include <google/protobuf/text_format.h>
#include <prometheus/registry.h>

#include <memory>
#include <string>
#include <vector>

#include "core/storage/memory_store.h"
#include "core/table/value_parser.h"
#include "server/dataset/profile_call.h"
#include "server/dataset/stored_table.h"
#include "server/dataset/version_writer.h"
#include "tests/testing/simulated_clock.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;

constexpr char kProject[] = "default";

bool Never() { return false; }

class TransformDatasetTest : public testing::Test {
 protected:
  TransformDatasetTest()
      : bytes_(&prometheus::BuildGauge().Name("bytes").Register(registry_).Add({})),
        catalog_(&store_, &clock_, &ids_, bytes_) {}

  void SetUp() override {
    AddVersion("people",
               Table{{{.name = "id", .type = v1::COLUMN_TYPE_INTEGER, .integers = {3, 1, 2}},
                      {.name = "city",
                       .type = v1::COLUMN_TYPE_CATEGORY,
                       .codes = {0, ColumnData::kMissingCode, 1},
                       .dictionary = {"Rome", "Oslo"}}}});
  }

  void AddVersion(const std::string& dataset, Table table) {
    auto writer = VersionWriter::Create(&catalog_, {.project = kProject, .dataset = dataset});
    ASSERT_THAT(writer, IsOk());
    ASSERT_THAT((*writer)->Append(std::move(table)), IsOk());
    ASSERT_THAT((*writer)->Commit({}, Never), IsOk());
  }

  absl::StatusOr<v1::DatasetVersion> Transform(const std::string& request,
                                               const std::function<bool()>& cancelled = Never) {
    v1::TransformDatasetRequest message;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(request, &message)) << request;
    return TransformDataset(&catalog_, kProject, message, TransformLimits(), cancelled);
  }

  // The rows of a version, values separated by spaces.
  std::vector<std::string> RowsOf(const std::string& dataset, int32_t version = 0) {
    std::vector<std::string> rows;
    const auto table = OpenTable(store_, kProject, {.id = dataset, .version = version});
    EXPECT_THAT(table, IsOk());
    ReadPlan plan;
    for (int i = 0; i < (*table)->schema().columns_size(); ++i) plan.columns.push_back(i);
    const auto cursor = (*table)->Read(plan);
    while (const TableBatch* const batch = (*cursor)->Next().value()) {
      for (int64_t row = 0; row < batch->row_count; ++row) {
        std::string& text = rows.emplace_back();
        for (const ColumnData& column : batch->table.columns)
          text += FormatValue(column, row) + ";";
      }
    }
    return rows;
  }

  int KeyCount() {
    int count = 0;
    EXPECT_THAT(store_.Scan("", "", [&](auto, auto) { return ++count > 0; }), IsOk());
    return count;
  }

  MemoryStore store_;
  SimulatedClock clock_;
  IdGenerator ids_{&clock_};
  prometheus::Registry registry_;
  prometheus::Gauge* const bytes_;
  DatasetCatalog catalog_;
};

TEST_F(TransformDatasetTest, MakesANewVersion_ThatSaysHowItWasMade_WithAProfile) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const auto version, Transform("source: 'people' steps { sort { keys { column: 'id' } } }"));
  EXPECT_EQ(version.name(), "datasets/people/versions/2");
  EXPECT_EQ(version.row_count(), 3);
  EXPECT_EQ(version.source_bytes(), 0);
  EXPECT_THAT(version.derivation().sources(), ElementsAre("datasets/people/versions/1"));
  ASSERT_EQ(version.derivation().steps_size(), 1);
  EXPECT_EQ(version.derivation().steps(0).sort().keys(0).column(), "id");
  EXPECT_THAT(RowsOf("people"), ElementsAre("1;;", "2;Oslo;", "3;Rome;"));
  EXPECT_THAT(RowsOf("people", 1), ElementsAre("3;Rome;", "1;;", "2;Oslo;"));

  v1::GetProfileRequest profile;
  profile.set_name("people@2");
  LiveProfiles live;
  EXPECT_EQ(ProfileVersion(store_, live, kProject, profile, Never)->columns(1).missing(), 1);
}

TEST_F(TransformDatasetTest, JoinsAnotherDataset_AndNotesWhichVersionItWas) {
  AddVersion(
      "names",
      Table{{{.name = "id", .type = v1::COLUMN_TYPE_INTEGER, .integers = {2}},
             {.name = "name", .type = v1::COLUMN_TYPE_TEXT, .codes = {0}, .dictionary = {"Ada"}}}});
  SERIN_ASSERT_OK_AND_ASSIGN(
      const auto version,
      Transform(
          "source: 'people@1' dataset: 'named' steps { join { dataset: 'names' "
          "kind: KIND_INNER keys: 'id' } } description: 'who' labels { key: 'a' value: 'b' }"));
  EXPECT_EQ(version.name(), "datasets/named/versions/1");
  EXPECT_THAT(version.derivation().sources(),
              ElementsAre("datasets/people/versions/1", "datasets/names/versions/1"));
  EXPECT_THAT(RowsOf("named"), ElementsAre("2;Oslo;Ada;"));
}

TEST_F(TransformDatasetTest, ARepeatedRequest_ReturnsTheVersionThatTheFirstMade) {
  const std::string request = "source: 'people' request_id: 'r' steps { drop { columns: 'id' } }";
  SERIN_ASSERT_OK_AND_ASSIGN(const auto first, Transform(request));
  const int keys = KeyCount();
  SERIN_ASSERT_OK_AND_ASSIGN(const auto second, Transform(request));
  EXPECT_EQ(second.name(), first.name());
  EXPECT_EQ(KeyCount(), keys);
}

TEST_F(TransformDatasetTest, AfterAnError_NothingIsLeft) {
  const int keys = KeyCount();
  EXPECT_THAT(Transform("source: 'people' steps { drop { columns: 'x' } }"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("steps[0].drop.columns[0]")));
  EXPECT_THAT(Transform("source: 'nobody' steps { drop { columns: 'x' } }"),
              IsError(absl::StatusCode::kNotFound, HasSubstr("datasets/nobody")));
  EXPECT_THAT(Transform("source: 'people' steps { join { dataset: 'A B' kind: KIND_LEFT } }"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("steps[0].join.dataset: ")));
  EXPECT_THAT(Transform("source: 'people' dataset: 'people@2' steps {}"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("dataset: ")));
  EXPECT_THAT(Transform("source: 'people' request_id: '" + std::string(65, 'x') + "'"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("request_id: ")));
  EXPECT_EQ(KeyCount(), keys);
}

TEST_F(TransformDatasetTest, DescriptionAndLabels_AreThoseThatAnUploadMayHave) {
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  const std::string request = "source: 'people' dataset: 'd' steps { drop { columns: 'city' } } ";
  EXPECT_THAT(Transform(request + "description: '" + std::string(4097, 'x') + "'"),
              IsError(kInvalid, HasSubstr("description: must have at most 4096 bytes")));
  EXPECT_THAT(Transform(request + "labels { key: 'Team' value: 'x' }"),
              IsError(kInvalid, HasSubstr("labels.key: ")));
  EXPECT_THAT(Transform(request + "labels { key: 'team' value: 'x' }"), IsOk());
}

TEST_F(TransformDatasetTest, WhereNoRowIsLeft_NoVersionIsMade) {
  EXPECT_THAT(
      Transform("source: 'people' steps { drop_missing {} } steps { fill_missing { columns: "
                "'city' strategy: STRATEGY_CONSTANT constant: 'x' } } "
                "steps { split { fractions: [0.999999, 0.000001] part: 1 } }"),
      IsError(absl::StatusCode::kFailedPrecondition, Eq("steps: leave no row")));
  EXPECT_THAT(RowsOf("people"), ElementsAre("3;Rome;", "1;;", "2;Oslo;"));
}

TEST_F(TransformDatasetTest, Cancelled_NothingIsLeft) {
  const int keys = KeyCount();
  EXPECT_THAT(Transform("source: 'people' steps { drop { columns: 'id' } }", [] { return true; }),
              IsError(absl::StatusCode::kCancelled, HasSubstr("gone away")));
  EXPECT_EQ(KeyCount(), keys);
}

}  // namespace
}  // namespace serin
