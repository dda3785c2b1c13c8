#include "core/batch/answer_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "google/protobuf/text_format.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Names = google::protobuf::RepeatedPtrField<std::string>;

Names NamesOf(std::vector<std::string> names) {
  return Names(std::make_move_iterator(names.begin()), std::make_move_iterator(names.end()));
}

// length is a number, id an integer.
v1::Schema Input() {
  v1::Schema schema;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"pb(columns { name: "length" type: COLUMN_TYPE_NUMBER }
           columns { name: "id" type: COLUMN_TYPE_INTEGER })pb",
      &schema));
  return schema;
}

std::vector<std::string> Described(const v1::Schema& schema) {
  std::vector<std::string> columns;
  for (const v1::ColumnSchema& column : schema.columns()) {
    columns.push_back(column.name() + " " + v1::ColumnType_Name(column.type()).substr(12));
  }
  return columns;
}

TEST(KeptColumnsTest, AreThoseNamed_OrAll_OrNone) {
  EXPECT_THAT(*KeptColumns(NamesOf({"id"}), Input()), ElementsAre("id"));
  EXPECT_THAT(*KeptColumns(NamesOf({"*"}), Input()), ElementsAre("length", "id"));
  EXPECT_THAT(*KeptColumns(NamesOf({}), Input()), IsEmpty());
}

TEST(KeptColumnsTest, UnknownOnes_AndOnesThereTwice_AreRefused) {
  EXPECT_THAT(KeptColumns(NamesOf({"id", "width"}), Input()),
              IsError(absl::StatusCode::kInvalidArgument,
                      "keep_columns: the dataset has no column 'width', only length, id"));
  EXPECT_THAT(KeptColumns(NamesOf({"id", "id"}), Input()),
              IsError(absl::StatusCode::kInvalidArgument, "keep_columns: 'id' is there twice"));
}

TEST(BatchOutputSchemaTest, KeptColumnsComeFirst_WithTheirTypes) {
  EXPECT_THAT(Described(*BatchOutputSchema(NamesOf({"no", "yes"}), Input(), {"id"})),
              ElementsAre("id INTEGER", "prediction CATEGORY", "probability NUMBER",
                          "probability_no NUMBER", "probability_yes NUMBER",
                          "model_version CATEGORY", "source_row INTEGER"));
  EXPECT_THAT(Described(*BatchOutputSchema(NamesOf({}), Input(), {})),
              ElementsAre("prediction NUMBER", "model_version CATEGORY", "source_row INTEGER"));
}

TEST(BatchOutputSchemaTest, NamesThatMeetOrDoNotFit_AreRefused) {
  v1::Schema input = Input();
  input.mutable_columns(0)->set_name("prediction");
  EXPECT_THAT(BatchOutputSchema(NamesOf({}), input, {"prediction"}),
              IsError(absl::StatusCode::kInvalidArgument,
                      "keep_columns: 'prediction' is the name of one of the answer's"));
  EXPECT_THAT(BatchOutputSchema(NamesOf({"a", std::string(250, 'b')}), input, {}),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("label is too long")));
}

TEST(AddAnswersTest, Classes_HaveTheFirstOfEqualOnes_AndAllProbabilities) {
  const Scores scores = {.row_count = 2, .output_count = 2, .values = {0.5, 0.5, 0.25, 0.75}};
  v1::RowBatch batch;
  AddAnswers(scores, NamesOf({"no", "yes"}), "models/m/versions/2", 70'000, &batch);
  EXPECT_EQ(batch.row_count(), 2);
  ASSERT_EQ(batch.columns_size(), 6);
  EXPECT_THAT(batch.columns(0).strings().values(), ElementsAre("no", "yes"));
  EXPECT_THAT(batch.columns(1).numbers().values(), ElementsAre(0.5, 0.75));
  EXPECT_THAT(batch.columns(2).numbers().values(), ElementsAre(0.5, 0.25));
  EXPECT_EQ(batch.columns(3).name(), "probability_yes");
  EXPECT_THAT(batch.columns(3).numbers().values(), ElementsAre(0.5, 0.75));
  EXPECT_THAT(batch.columns(4).strings().values(),
              ElementsAre("models/m/versions/2", "models/m/versions/2"));
  EXPECT_THAT(batch.columns(5).integers().values(), ElementsAre(70'000, 70'001));
}

TEST(AddAnswersTest, Regression_HasValues) {
  const Scores scores = {.row_count = 3, .output_count = 1, .values = {1, -2, 3}};
  v1::RowBatch batch;
  AddAnswers(scores, NamesOf({}), "models/m/versions/2", 0, &batch);
  ASSERT_EQ(batch.columns_size(), 3);
  EXPECT_THAT(batch.columns(0).numbers().values(), ElementsAre(1, -2, 3));
}

}  // namespace
}  // namespace serin
