#include "server/predict/decode_rows.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "google/protobuf/util/json_util.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/predict/shop_features.h"

namespace serin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// The path of the field that an error names.
std::string FieldOf(const absl::Status& error) {
  const google::rpc::Status status = ToRpcStatus(error);
  google::rpc::BadRequest detail;
  for (const auto& any : status.details()) any.UnpackTo(&detail);
  return detail.field_violations_size() == 1 ? detail.field_violations(0).field() : "";
}

// An InvalidField error with this path.
MATCHER_P2(IsAt, field, message, "") {
  *result_listener << arg.status() << " at '" << FieldOf(arg.status()) << "'";
  return arg.status().code() == absl::StatusCode::kInvalidArgument &&
         FieldOf(arg.status()) == field &&
         testing::ExplainMatchResult(message, std::string(arg.status().message()), result_listener);
}

class DecodeRowsTest : public testing::Test {
 protected:
  absl::StatusOr<Table> Decode(const std::string& request_json) {
    v1::PredictRequest request;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(request_json, &request).ok())
        << request_json;
    return DecodeRows(request, features_);
  }

  // Decodes a good row, then one in which one feature has another value.
  absl::StatusOr<Table> DecodeWith(const std::string& feature, const std::string& value) {
    v1::PredictRequest request;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(
                    absl::StrCat(R"({"rows": [)", kGoodRow, ",", kGoodRow, "]}"), &request)
                    .ok());
    google::protobuf::Value replacement;
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(value, &replacement).ok()) << value;
    (*request.mutable_rows(1)->mutable_features())[feature] = replacement;
    return DecodeRows(request, features_);
  }

  static constexpr char kGoodRow[] =
      R"({"features": {"width": 1.5, "color": "red", "fresh": true, "cut_at": 100}})";

  const FeatureIndex features_{ShopFeatures(), "price"};
};

TEST_F(DecodeRowsTest, FriendlyRows_FillTheColumnsInTheModelsOrder) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, Decode(R"({"rows": [
      {"features": {"color": "red", "width": 1.5, "cut_at": "1970-01-01T00:01:40Z",
                    "fresh": true}},
      {"features": {"width": -2, "color": " blue ", "fresh": false, "cut_at": 0.5}},
      {"features": {"width": 0, "color": "red", "fresh": false, "cut_at": "1970-01-02"}}]})"));
  ASSERT_EQ(table.columns.size(), 4u);
  EXPECT_THAT(table.columns[0].numbers, ElementsAre(1.5, -2, 0));
  EXPECT_THAT(table.columns[1].dictionary, ElementsAre("red", "blue"));
  EXPECT_THAT(table.columns[1].codes, ElementsAre(0, 1, 0));
  EXPECT_THAT(table.columns[2].numbers, ElementsAre(1, 0, 0));
  EXPECT_THAT(table.columns[3].numbers, ElementsAre(100, 0.5, 86400));
}

TEST_F(DecodeRowsTest, ManyStrings_GetACodeEach_InOrderOfFirstUse) {
  v1::PredictRequest request;
  std::vector<std::string> colors;
  std::vector<int32_t> codes;
  for (int row = 0; row < 60; ++row) {
    auto& features = *request.add_rows()->mutable_features();
    features["width"].set_number_value(1);
    features["fresh"].set_bool_value(true);
    features["cut_at"].set_number_value(0);
    features["color"].set_string_value(absl::StrCat("color ", row % 20));
    if (row < 20) colors.push_back(absl::StrCat("color ", row));
    codes.push_back(row % 20);
  }
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, DecodeRows(request, features_));
  EXPECT_EQ(table.columns[1].dictionary, colors);
  EXPECT_EQ(table.columns[1].codes, codes);
}

TEST_F(DecodeRowsTest, ATableThatHeldOtherRows_HoldsTheNewOnesOnly) {
  SERIN_ASSERT_OK_AND_ASSIGN(Table table,
                             Decode(absl::StrCat(R"({"rows": [)", kGoodRow, ",", kGoodRow, "]}")));
  table.columns.emplace_back();  // As of a model with one feature more.
  v1::PredictRequest request;
  auto& features = *request.add_rows()->mutable_features();
  features["width"].set_number_value(7);
  features["fresh"].set_bool_value(false);
  features["cut_at"].set_number_value(3);
  features["color"].set_string_value("green");
  ASSERT_THAT(DecodeRows(request, features_, &table), IsOk());
  ASSERT_EQ(table.columns.size(), 4u);
  EXPECT_THAT(table.columns[0].numbers, ElementsAre(7));
  EXPECT_THAT(table.columns[1].dictionary, ElementsAre("green"));
  EXPECT_THAT(table.columns[1].codes, ElementsAre(0));
  EXPECT_THAT(table.columns[2].numbers, ElementsAre(0));
  EXPECT_THAT(table.columns[3].numbers, ElementsAre(3));
}

TEST_F(DecodeRowsTest, Null_MeansMissingInEveryType) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, Decode(R"({"rows": [
      {"features": {"width": null, "color": null, "fresh": null, "cut_at": null}}]})"));
  for (const ColumnData& column : table.columns) EXPECT_TRUE(column.missing(0)) << column.name;
}

TEST_F(DecodeRowsTest, UnknownFeature_IsRefused_NamingThoseThereAre) {
  EXPECT_THAT(DecodeWith("widht", "1"),
              IsAt(R"(rows[1].features["widht"])",
                   HasSubstr("no such feature; its features are width, color, fresh, cut_at")));
}

TEST_F(DecodeRowsTest, MisspeltFeature_IsNamedBeforeTheOneItLeavesAbsent) {
  EXPECT_THAT(
      Decode(
          R"({"rows": [{"features": {"widht": 1, "color": "red", "fresh": true, "cut_at": 0}}]})"),
      IsAt(R"(rows[0].features["widht"])", HasSubstr("no such feature")));
}

TEST_F(DecodeRowsTest, Target_IsRefused_SayingThatItIsPredicted) {
  EXPECT_THAT(
      DecodeWith("price", "1"),
      IsAt(R"(rows[1].features["price"])", HasSubstr("is what the model predicts; leave it out")));
}

TEST_F(DecodeRowsTest, AbsentFeature_IsRefused_SayingWhatToGive) {
  EXPECT_THAT(Decode(R"({"rows": [{"features": {"width": 1, "fresh": true, "cut_at": 0}}]})"),
              IsAt(R"(rows[0].features["color"])",
                   HasSubstr("is absent; must be a string, or null for a missing value")));
}

TEST_F(DecodeRowsTest, WrongType_IsRefused_NamingTheTypeWanted) {
  EXPECT_THAT(DecodeWith("width", R"("wide")"),
              IsAt(R"(rows[1].features["width"])", HasSubstr("must be a number")));
  EXPECT_THAT(DecodeWith("width", "true"),
              IsAt(R"(rows[1].features["width"])", HasSubstr("is true or false")));
  EXPECT_THAT(DecodeWith("color", "7"),
              IsAt(R"(rows[1].features["color"])", HasSubstr("must be a string")));
  EXPECT_THAT(DecodeWith("fresh", "1"),
              IsAt(R"(rows[1].features["fresh"])", HasSubstr("must be true or false")));
  EXPECT_THAT(DecodeWith("cut_at", "[1]"),
              IsAt(R"(rows[1].features["cut_at"])", HasSubstr("is a list")));
}

TEST_F(DecodeRowsTest, TextThatIsNoTimestamp_IsRefused_QuotingIt) {
  EXPECT_THAT(DecodeWith("cut_at", R"("yesterday")"),
              IsAt(R"(rows[1].features["cut_at"])", HasSubstr("is 'yesterday'")));
}

TEST_F(DecodeRowsTest, NumberThatIsNotFinite_IsRefusedInTheFriendlyForm) {
  v1::PredictRequest request;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(
                  absl::StrCat(R"({"rows": [)", kGoodRow, "]}"), &request)
                  .ok());
  for (const double number : {kNan, kInfinity, -kInfinity}) {
    (*request.mutable_rows(0)->mutable_features())["width"].set_number_value(number);
    EXPECT_THAT(DecodeRows(request, features_),
                IsAt(R"(rows[0].features["width"])", HasSubstr("must be a finite number")));
  }
}

TEST_F(DecodeRowsTest, NoRows_OrBothForms_AreRefused) {
  EXPECT_THAT(Decode("{}"), IsAt("rows", HasSubstr("must have at least one row")));
  EXPECT_THAT(
      Decode(absl::StrCat(R"({"rows": [)", kGoodRow, R"(], "columns": [{"name": "width"}]})")),
      IsAt("columns", HasSubstr("must be empty, as `rows` is given")));
}

TEST_F(DecodeRowsTest, TooManyRows_AreRefused_NamingTheLimit) {
  v1::PredictRequest request;
  for (size_t i = 0; i <= kMaxPredictRows; ++i) request.add_rows();
  EXPECT_THAT(DecodeRows(request, features_),
              IsAt("rows", HasSubstr("must be at most 100000 rows, are 100001")));
}

class DecodeColumnsTest : public DecodeRowsTest {
 protected:
  DecodeColumnsTest() {
    // Not in the model's order.
    AddColumn("fresh").mutable_booleans()->mutable_values()->Add(true);
    AddColumn("color").mutable_strings()->add_values("red");
    AddColumn("cut_at").mutable_numbers()->add_values(100);
    AddColumn("width").mutable_numbers()->add_values(1.5);
  }

  v1::Column& AddColumn(const std::string& name) {
    v1::Column& column = *request_.add_columns();
    column.set_name(name);
    return column;
  }

  absl::StatusOr<Table> Decode() { return DecodeRows(request_, features_); }

  v1::PredictRequest request_;
};

TEST_F(DecodeColumnsTest, Columns_AreArrangedInTheModelsOrder) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, Decode());
  ASSERT_EQ(table.columns.size(), 4u);
  EXPECT_EQ(table.columns[0].name, "width");
  EXPECT_THAT(table.columns[0].numbers, ElementsAre(1.5));
  EXPECT_THAT(table.columns[1].dictionary, ElementsAre("red"));
  EXPECT_THAT(table.columns[1].codes, ElementsAre(0));
  EXPECT_THAT(table.columns[2].numbers, ElementsAre(1));
  EXPECT_THAT(table.columns[3].numbers, ElementsAre(100));
}

TEST_F(DecodeColumnsTest, MissingRowsAndNan_MeanMissing) {
  request_.mutable_columns(1)->add_missing_rows(0);
  request_.mutable_columns(3)->mutable_numbers()->set_values(0, kNan);
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, Decode());
  EXPECT_TRUE(table.columns[0].missing(0));
  EXPECT_TRUE(table.columns[1].missing(0));
  EXPECT_FALSE(table.columns[2].missing(0));
}

TEST_F(DecodeColumnsTest, InfiniteNumber_IsRefused_NamingColumnAndRow) {
  request_.mutable_columns(3)->mutable_numbers()->set_values(0, kInfinity);
  EXPECT_THAT(Decode(), IsAt("columns[3].numbers", HasSubstr("row 0 must be finite")));
}

TEST_F(DecodeColumnsTest, UnknownColumnAndTarget_AreRefused) {
  AddColumn("price").mutable_numbers()->add_values(1);
  EXPECT_THAT(Decode(), IsAt("columns[4]", HasSubstr("'price': is what the model predicts")));
  request_.mutable_columns(4)->set_name("widht");
  EXPECT_THAT(Decode(), IsAt("columns[4]", HasSubstr("'widht': the model has no such feature")));
}

TEST_F(DecodeColumnsTest, AbsentColumn_IsRefused_NamingTheFeature) {
  request_.mutable_columns()->RemoveLast();
  EXPECT_THAT(Decode(), IsAt("columns", HasSubstr("lack 'width'")));
}

TEST_F(DecodeColumnsTest, DuplicateColumn_IsRefused_NamingBoth) {
  AddColumn("color").mutable_strings()->add_values("blue");
  EXPECT_THAT(Decode(), IsAt("columns[4]", HasSubstr("'color' is given already, by columns[1]")));
}

TEST_F(DecodeColumnsTest, ColumnsOfDifferentLengths_AreRefused_NamingBothLengths) {
  request_.mutable_columns(2)->mutable_numbers()->add_values(5);
  EXPECT_THAT(Decode(),
              IsAt("columns[2]", HasSubstr("must have 1 values as columns[0] has, has 2")));
}

TEST_F(DecodeColumnsTest, ColumnsWithoutValues_AreRefused) {
  for (auto& column : *request_.mutable_columns()) column.clear_values();
  EXPECT_THAT(Decode(), IsAt("columns[0]", HasSubstr("must have 1 to 100000 values, has 0")));
}

TEST_F(DecodeColumnsTest, ValuesOfTheWrongKind_AreRefused) {
  request_.mutable_columns(1)->mutable_numbers()->add_values(7);
  EXPECT_THAT(Decode(), IsAt("columns[1].numbers", HasSubstr("must not be set")));
}

TEST_F(DecodeColumnsTest, MissingRowOutOfRange_IsRefused) {
  request_.mutable_columns(1)->add_missing_rows(1);
  EXPECT_THAT(Decode(), IsAt("columns[1].missing_rows", HasSubstr("must be less than")));
}

}  // namespace
}  // namespace serin
