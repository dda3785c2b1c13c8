#include "client/cli/feature_rows.h"

#include <sstream>

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

void AddColumn(const char* name, v1::ColumnType type, v1::Schema* schema) {
  v1::ColumnSchema* column = schema->add_columns();
  column->set_name(name);
  column->set_type(type);
}

v1::Schema Features() {
  v1::Schema schema;
  AddColumn("length", v1::COLUMN_TYPE_NUMBER, &schema);
  AddColumn("grade", v1::COLUMN_TYPE_CATEGORY, &schema);
  AddColumn("ripe", v1::COLUMN_TYPE_BOOLEAN, &schema);
  return schema;
}

TEST(RowFromAssignmentsTest, ConvertsByTheTypeOfTheFeature) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const v1::Row row, RowFromAssignments({"length=-5.1", "grade=1", "ripe=TRUE"}, Features()));
  EXPECT_EQ(row.features().at("length").number_value(), -5.1);
  EXPECT_EQ(row.features().at("grade").string_value(), "1");
  EXPECT_TRUE(row.features().at("ripe").bool_value());
}

TEST(RowFromAssignmentsTest, AnEmptyValueIsMissing) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Row row, RowFromAssignments({"length="}, Features()));
  EXPECT_TRUE(row.features().at("length").has_null_value());
}

TEST(RowFromAssignmentsTest, AValueOfTheWrongType_IsQuoted) {
  EXPECT_THAT(RowFromAssignments({"length=long"}, Features()),
              IsError(kInvalid, AllOf(HasSubstr("length=long"), HasSubstr("number"))));
  EXPECT_THAT(RowFromAssignments({"ripe=2"}, Features()), IsError(kInvalid, HasSubstr("ripe=2")));
}

TEST(RowFromAssignmentsTest, AnUnknownFeature_IsLeftToTheServer) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::Row row, RowFromAssignments({"weight=3"}, Features()));
  EXPECT_EQ(row.features().at("weight").string_value(), "3");
}

TEST(RowsFromJsonTest, TakesAnObjectOrAnArrayOfObjects) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto one, RowsFromJson(R"({"length": 1, "grade": null})"));
  ASSERT_EQ(one.size(), 1u);
  EXPECT_TRUE(one[0].features().at("grade").has_null_value());
  SERIN_ASSERT_OK_AND_ASSIGN(const auto two, RowsFromJson(R"([{"length": 1}, {"length": 2}])"));
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two[1].features().at("length").number_value(), 2);
}

TEST(RowsFromJsonTest, RefusesAnythingElse) {
  for (const char* text : {"[]", "5", "[{}, 5]", "{", "\"a\""}) {
    EXPECT_THAT(RowsFromJson(text), IsError(kInvalid, HasSubstr("--json"))) << text;
  }
}

TEST(FeaturesFromCsvTest, KeepsCategoriesThatLookLikeNumbers) {
  std::istringstream file("ripe,length,grade\ntrue,1.5,1\n,NA,2\n");
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, FeaturesFromCsv(file, Features(), false));
  ASSERT_EQ(table.row_count(), 2u);
  EXPECT_THAT(table.columns[2].dictionary, ElementsAre("1", "2"));
  EXPECT_TRUE(table.columns[1].missing(1));
}

TEST(FeaturesFromCsvTest, ExtraColumns_AreRefusedByName_UnlessIgnored) {
  std::istringstream file("length,grade,ripe,species\n1,a,true,setosa\n");
  EXPECT_THAT(FeaturesFromCsv(file, Features(), false),
              IsError(kInvalid, AllOf(HasSubstr("'species'"), HasSubstr("--ignore-extra"))));
  std::istringstream again("length,grade,ripe,species\n1,a,true,setosa\n");
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, FeaturesFromCsv(again, Features(), true));
  EXPECT_EQ(table.columns.size(), 3u);
}

TEST(FeaturesFromCsvTest, AFeatureThatTheFileLacks_IsNamed) {
  std::istringstream file("length,grade\n1,a\n");
  EXPECT_THAT(FeaturesFromCsv(file, Features(), false), IsError(kInvalid, HasSubstr("ripe")));
}

TEST(RequestForTest, SendsTheRowsAskedFor) {
  std::istringstream file("length,grade,ripe\n1,a,true\n2,b,false\n3,c,true\n");
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, FeaturesFromCsv(file, Features(), false));
  const v1::PredictRequest request = RequestFor("iris@2", table, 1, 3);
  EXPECT_EQ(request.model(), "iris@2");
  EXPECT_THAT(request.columns(0).numbers().values(), ElementsAre(2, 3));
  EXPECT_THAT(request.columns(1).strings().values(), ElementsAre("b", "c"));
}

}  // namespace
}  // namespace serin
