#include "server/predict/scan_request.h"

#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "server/predict/decode_rows.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/predict/shop_features.h"

namespace serin {
namespace {

using testing::ElementsAre;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

v1::PredictRequest RequestFrom(const std::string& json) {
  v1::PredictRequest request;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &request).ok()) << json;
  return request;
}

void ExpectSame(const ColumnData& column, const ColumnData& expected) {
  EXPECT_EQ(column.name, expected.name);
  EXPECT_EQ(column.type, expected.type);
  EXPECT_EQ(column.codes, expected.codes);
  EXPECT_EQ(column.dictionary, expected.dictionary);
  ASSERT_EQ(column.numbers.size(), expected.numbers.size());
  for (size_t row = 0; row < column.numbers.size(); ++row) {
    if (std::isnan(expected.numbers[row])) {
      EXPECT_TRUE(std::isnan(column.numbers[row]));
    } else {
      EXPECT_EQ(column.numbers[row], expected.numbers[row]);
    }
  }
}

class ScanRequestTest : public testing::Test {
 protected:
  // Whether the request, as protobuf writes it, is scanned to its end.
  bool IsScanned(const v1::PredictRequest& request) {
    return IsScanned(request.SerializeAsString());
  }
  bool IsScanned(const std::string& bytes) {
    const auto scanned = ScanRequest(bytes);
    return scanned && ScanRows(scanned->rows, features_, &rows_);
  }

  void ExpectReadAsByDecodeRows(const v1::PredictRequest& request) {
    ASSERT_TRUE(IsScanned(request)) << request.DebugString();
    SERIN_ASSERT_OK_AND_ASSIGN(const Table expected, DecodeRows(request, features_));
    ASSERT_EQ(rows_.columns.size(), expected.columns.size());
    for (size_t i = 0; i < expected.columns.size(); ++i) {
      ExpectSame(rows_.columns[i], expected.columns[i]);
    }
  }

  const FeatureIndex features_{ShopFeatures(), "price"};
  Table rows_;  // Used again within a test.
};

TEST_F(ScanRequestTest, HeadIsFound_WithModelAndKeyOrWithout) {
  v1::PredictRequest request;
  request.add_rows();
  std::string bytes = request.SerializeAsString();
  auto scanned = ScanRequest(bytes);
  ASSERT_TRUE(scanned);
  EXPECT_EQ(scanned->model, "");
  EXPECT_EQ(scanned->key, "");

  request.set_model("flower@2");
  request.set_key("alice");
  bytes = request.SerializeAsString();
  scanned = ScanRequest(bytes);
  ASSERT_TRUE(scanned);
  EXPECT_EQ(scanned->model, "flower@2");
  EXPECT_EQ(scanned->key, "alice");
}

TEST_F(ScanRequestTest, FriendlyRows_OfEveryTypeAndWithGaps) {
  ExpectReadAsByDecodeRows(RequestFrom(R"({"model": "flower", "rows": [
      {"features": {"color": "red", "width": 1.5, "cut_at": 100, "fresh": true}},
      {"features": {"width": -2, "color": " bl\u00fce ", "fresh": false, "cut_at": 0.5}},
      {"features": {"width": null, "color": null, "fresh": null, "cut_at": null}},
      {"features": {"width": 0, "color": "red", "fresh": false, "cut_at": -1}}]})"));
  EXPECT_THAT(rows_.columns[1].dictionary, ElementsAre("red", "blüe"));
}

TEST_F(ScanRequestTest, Columns_OfEveryTypeInAnyOrder) {
  ExpectReadAsByDecodeRows(RequestFrom(R"({"model": "flower", "columns": [
      {"name": "fresh", "booleans": {"values": [true, false]}},
      {"name": "color", "strings": {"values": ["red", " blue"]}},
      {"name": "cut_at", "numbers": {"values": [100, "NaN"]}},
      {"name": "width", "numbers": {"values": [1.5, "NaN"]}}]})"));
  EXPECT_THAT(rows_.columns[1].dictionary, ElementsAre("red", " blue"));
}

TEST_F(ScanRequestTest, RandomRequests_AreReadAsByDecodeRows) {
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    v1::PredictRequest by_rows;
    v1::PredictRequest by_columns;
    for (const char* name : {"width", "color", "fresh", "cut_at"}) {
      by_columns.add_columns()->set_name(name);
    }
    const int row_count = 1 + static_cast<int>(random() % 20);
    for (int row = 0; row < row_count; ++row) {
      auto& features = *by_rows.add_rows()->mutable_features();
      const double width = random() % 5 == 0 ? kNan : random() / 1e3 - 1e6;
      if (std::isnan(width)) {
        features["width"].set_null_value(google::protobuf::NULL_VALUE);
      } else {
        features["width"].set_number_value(width);
      }
      features["color"].set_string_value(absl::StrCat("color ", random() % 7));
      features["fresh"].set_bool_value(random() % 2 == 0);
      features["cut_at"].set_number_value(static_cast<double>(random()));
      by_columns.mutable_columns(0)->mutable_numbers()->add_values(width);
      by_columns.mutable_columns(1)->mutable_strings()->add_values(
          absl::StrCat("color ", random() % 30));
      by_columns.mutable_columns(2)->mutable_booleans()->add_values(random() % 2 == 0);
      by_columns.mutable_columns(3)->mutable_numbers()->add_values(static_cast<double>(random()));
    }
    ExpectReadAsByDecodeRows(by_rows);
    ExpectReadAsByDecodeRows(by_columns);
  }
}

constexpr char kGoodRow[] =
    R"({"features": {"width": 1.5, "color": "red", "fresh": true, "cut_at": 100}})";

TEST_F(ScanRequestTest, WhatIsWrongOrUnusual_IsLeftToProtobuf) {
  const v1::PredictRequest good = RequestFrom(absl::StrCat(R"({"rows": [)", kGoodRow, "]}"));
  ASSERT_TRUE(IsScanned(good));
  const std::string bytes = good.SerializeAsString();

  v1::PredictRequest model;
  model.set_model("tree");
  EXPECT_FALSE(IsScanned(bytes + model.SerializeAsString())) << "a model behind the rows counts";
  v1::PredictRequest both = good;
  both.add_columns()->set_name("width");
  EXPECT_FALSE(IsScanned(both));
  EXPECT_FALSE(IsScanned(v1::PredictRequest())) << "no rows";

  v1::PredictRequest changed = good;
  auto& features = *changed.mutable_rows(0)->mutable_features();
  features["widht"].set_number_value(1);
  EXPECT_FALSE(IsScanned(changed)) << "a stranger";
  features.erase("widht");
  features["width"].set_string_value("wide");
  EXPECT_FALSE(IsScanned(changed)) << "a string for a number";
  features["width"].set_number_value(kNan);
  EXPECT_FALSE(IsScanned(changed)) << "NaN, which only the fast form has";
  features.erase("width");
  EXPECT_FALSE(IsScanned(changed)) << "an absent feature";
}

TEST_F(ScanRequestTest, AFeatureGivenTwice_IsLeftToProtobuf_ForWhichTheLastCounts) {
  v1::Row row;
  (*row.mutable_features())["width"].set_number_value(1);
  const std::string entry = row.SerializeAsString();
  v1::Row others;
  for (const char* name : {"color", "fresh"}) {
    (*others.mutable_features())[name].set_null_value(google::protobuf::NULL_VALUE);
  }
  v1::PredictRequest request;
  request.add_rows();
  std::string bytes = request.SerializeAsString();
  const std::string content = others.SerializeAsString() + entry + entry;
  bytes[1] = static_cast<char>(content.size());
  EXPECT_FALSE(IsScanned(bytes + content)) << "four entries, but for three features";
}

TEST_F(ScanRequestTest, CutAnywhere_IsDeclined) {
  for (const char* json : {R"({"model": "flower", "columns": [
            {"name": "width", "numbers": {"values": [1.5]}},
            {"name": "color", "strings": {"values": ["red"]}},
            {"name": "fresh", "booleans": {"values": [true]}},
            {"name": "cut_at", "numbers": {"values": [100]}}]})",
                           R"({"model": "flower", "rows": [
            {"features": {"width": 1.5, "color": "red", "fresh": true, "cut_at": 100}}]})"}) {
    const std::string bytes = RequestFrom(json).SerializeAsString();
    ASSERT_TRUE(IsScanned(bytes));
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(IsScanned(bytes.substr(0, size))) << size;
    }
  }
}

}  // namespace
}  // namespace serin
