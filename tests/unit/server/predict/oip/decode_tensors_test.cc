#include "server/predict/oip/decode_tensors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "google/protobuf/text_format.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/server/predict/shop_features.h"

namespace serin {
namespace {

using inference::ModelInferRequest;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

v1::Schema Numbers(int count) {
  v1::Schema schema;
  for (int i = 0; i < count; ++i) {
    auto* column = schema.add_columns();
    column->set_name(absl::StrCat("x", i));
    column->set_type(v1::COLUMN_TYPE_NUMBER);
  }
  return schema;
}

ModelInferRequest Parse(const std::string& text) {
  ModelInferRequest request;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
  return request;
}

template <typename Element>
std::string Raw(const std::vector<Element>& elements) {
  return std::string(reinterpret_cast<const char*>(elements.data()),
                     elements.size() * sizeof(Element));
}

// A refusal of one field, in these words.
auto IsRefused(const std::string& words) {
  return IsError(absl::StatusCode::kInvalidArgument, HasSubstr(words));
}

class DecodeTensorsTest : public ::testing::Test {
 protected:
  absl::StatusOr<Table> Decode(const ModelInferRequest& request) {
    return DecodeTensors(request, shop_);
  }

  // A row with one tensor for each feature, not in the model's order.
  static ModelInferRequest GoodRow() {
    return Parse(R"pb(
      inputs {
        name: "cut_at"
        datatype: "INT64"
        shape: [ 1 ]
        contents { int64_contents: 100 }
      }
      inputs {
        name: "color"
        datatype: "BYTES"
        shape: [ 1, 1 ]
        contents { bytes_contents: "red" }
      }
      inputs {
        name: "fresh"
        datatype: "BOOL"
        shape: [ 1 ]
        contents { bool_contents: true }
      }
      inputs {
        name: "width"
        datatype: "FP32"
        shape: [ 1 ]
        contents { fp32_contents: 1.5 }
      }
    )pb");
  }

  // One tensor of width 2 x 1 with these raw bytes.
  absl::StatusOr<Table> DecodeRaw(const std::string& datatype, const std::string& raw) {
    ModelInferRequest request;
    auto* input = request.add_inputs();
    input->set_name("x0");
    input->set_datatype(datatype);
    input->add_shape(2);
    request.add_raw_input_contents(raw);
    return DecodeTensors(request, one_);
  }

  const FeatureIndex shop_{ShopFeatures(), "price"};
  const FeatureIndex one_{Numbers(1), "y"};
  const FeatureIndex three_{Numbers(3), "y"};
};

TEST_F(DecodeTensorsTest, OneTensorForEachFeature_FillsTheColumnsInTheModelsOrder) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, Decode(GoodRow()));
  ASSERT_EQ(table.columns.size(), 4);
  EXPECT_EQ(table.columns[0].name, "width");
  EXPECT_THAT(table.columns[0].numbers, ElementsAre(1.5));
  EXPECT_THAT(table.columns[1].dictionary, ElementsAre("red"));
  EXPECT_THAT(table.columns[1].codes, ElementsAre(0));
  EXPECT_THAT(table.columns[2].numbers, ElementsAre(1));
  EXPECT_THAT(table.columns[3].numbers, ElementsAre(100));
}

TEST_F(DecodeTensorsTest, RawContents_AreReadInLittleEndian_ByDatatype) {
  const auto numbers = [&](const char* datatype, const std::string& raw) {
    const auto table = DecodeRaw(datatype, raw);
    return table.ok() ? table->columns[0].numbers : std::vector<double>{};
  };
  using namespace std::string_literals;
  EXPECT_THAT(numbers("UINT8", "\x01\xff"s), ElementsAre(1, 255));
  EXPECT_THAT(numbers("INT8", "\x01\xff"s), ElementsAre(1, -1));
  EXPECT_THAT(numbers("UINT16", "\x01\x00\xff\xff"s), ElementsAre(1, 65535));
  EXPECT_THAT(numbers("INT16", "\x01\x02\xff\xff"s), ElementsAre(513, -1));
  EXPECT_THAT(numbers("UINT32", "\x01\0\0\0\xff\xff\xff\xff"s), ElementsAre(1, 4294967295));
  EXPECT_THAT(numbers("INT32", "\x01\0\0\0\xff\xff\xff\xff"s), ElementsAre(1, -1));
  EXPECT_THAT(numbers("INT64", Raw<int64_t>({-7, 1ll << 40})), ElementsAre(-7, 1ll << 40));
  EXPECT_THAT(numbers("UINT64", Raw<uint64_t>({7, 1ull << 63})), ElementsAre(7, 0x1p63));
  EXPECT_THAT(numbers("FP32", "\0\0\xc0\x3f\0\0\0\xc0"s), ElementsAre(1.5, -2));
  EXPECT_THAT(numbers("FP64", Raw<double>({0.1, -2})), ElementsAre(0.1, -2));
  // 1.5 and the smallest subnormal number; 65504, the largest, and -2.
  EXPECT_THAT(numbers("FP16", "\x00\x3e\x01\x00"s), ElementsAre(1.5, 0x1p-24));
  EXPECT_THAT(numbers("FP16", "\xff\x7b\x00\xc0"s), ElementsAre(65504, -2));
  EXPECT_THAT(numbers("BF16", "\xc0\x3f\x00\xc0"s), ElementsAre(1.5, -2));
}

TEST_F(DecodeTensorsTest, Matrix_HasTheFeaturesAsItsColumns) {
  ModelInferRequest request = Parse(R"pb(
    inputs {
      name: "input-0"
      datatype: "FP64"
      shape: [ 2, 3 ]
    })pb");
  request.add_raw_input_contents(Raw<double>({1, 2, 3, 4, 5, 6}));
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, DecodeTensors(request, three_));
  EXPECT_THAT(table.columns[0].numbers, ElementsAre(1, 4));
  EXPECT_THAT(table.columns[1].numbers, ElementsAre(2, 5));
  EXPECT_THAT(table.columns[2].numbers, ElementsAre(3, 6));
  EXPECT_EQ(table.columns[2].name, "x2");
}

TEST_F(DecodeTensorsTest, MatrixOfOneFeature_MayHaveAnyName) {
  ModelInferRequest request = Parse(R"pb(
    inputs {
      name: "input-0"
      datatype: "FP64"
      shape: [ 2, 1 ]
      contents { fp64_contents: [ 1, 2 ] }
    })pb");
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, DecodeTensors(request, one_));
  EXPECT_THAT(table.columns[0].numbers, ElementsAre(1, 2));
}

TEST_F(DecodeTensorsTest, MatrixOfText_HasEveryValueAsInAFile) {
  const ModelInferRequest request = Parse(R"pb(
    inputs {
      name: "rows"
      datatype: "BYTES"
      shape: [ 2, 4 ]
      contents { bytes_contents: [ "1.5", " red ", "true", "1970-01-02", "NA", "", "", "" ] }
    })pb");
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, Decode(request));
  EXPECT_EQ(table.columns[0].numbers[0], 1.5);
  EXPECT_THAT(table.columns[1].dictionary, ElementsAre("red"));
  EXPECT_EQ(table.columns[2].numbers[0], 1);
  EXPECT_EQ(table.columns[3].numbers[0], 86400);
  for (const ColumnData& column : table.columns) EXPECT_TRUE(column.missing(1)) << column.name;
}

TEST_F(DecodeTensorsTest, NanAndNoBytes_AreMissing) {
  ModelInferRequest request = GoodRow();
  request.mutable_inputs(1)->mutable_contents()->set_bytes_contents(0, "");
  request.mutable_inputs(3)->mutable_contents()->set_fp32_contents(0, std::nanf(""));
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, Decode(request));
  EXPECT_TRUE(table.columns[0].missing(0));
  EXPECT_TRUE(table.columns[1].missing(0));
}

TEST_F(DecodeTensorsTest, Infinity_IsRefused_NamingTheElement) {
  ModelInferRequest request = Parse(R"pb(
    inputs {
      name: "m"
      datatype: "FP32"
      shape: [ 2, 3 ]
    })pb");
  request.add_raw_input_contents(
      Raw<float>({1, 2, 3, 4, -std::numeric_limits<float>::infinity(), 6}));
  EXPECT_THAT(DecodeTensors(request, three_), IsRefused("inputs[0][4]: must be finite, or NaN"));
}

TEST_F(DecodeTensorsTest, ShapeAndRawBytes_ThatDisagree_AreRefused_WithBothSizes) {
  EXPECT_THAT(DecodeRaw("FP64", std::string(15, 'x')),
              IsRefused("raw_input_contents[0]: must have 16 bytes, for 2 elements of FP64 as "
                        "inputs[0].shape says, has 15"));
  EXPECT_THAT(DecodeRaw("UINT8", ""), IsRefused("must have 2 bytes"));
}

TEST_F(DecodeTensorsTest, ShapeAndTypedContents_ThatDisagree_AreRefused_WithBothSizes) {
  ModelInferRequest request = GoodRow();
  request.mutable_inputs(3)->mutable_contents()->add_fp32_contents(2);
  EXPECT_THAT(Decode(request), IsRefused("inputs[3].contents.fp32_contents: must have 1 elements, "
                                         "as the shape says, has 2"));
  request.mutable_inputs(3)->mutable_contents()->clear_fp32_contents();
  request.mutable_inputs(3)->mutable_contents()->add_fp64_contents(2);
  EXPECT_THAT(Decode(request), IsRefused("fp32_contents: must have 1 elements"));
  request = GoodRow();
  request.mutable_inputs(1)->clear_contents();
  EXPECT_THAT(Decode(request), IsRefused("inputs[1].contents.bytes_contents: must have 1"));
}

TEST_F(DecodeTensorsTest, RawBytesElements_ThatAreCutShort_AreRefused_NamingTheElement) {
  using namespace std::string_literals;
  const FeatureIndex color{[] {
                             v1::Schema schema = Numbers(1);
                             schema.mutable_columns(0)->set_type(v1::COLUMN_TYPE_CATEGORY);
                             return schema;
                           }(),
                           "y"};
  ModelInferRequest request = Parse(R"pb(
    inputs {
      name: "x0"
      datatype: "BYTES"
      shape: [ 2 ]
    })pb");
  std::string& raw = *request.add_raw_input_contents();
  raw = "\x03\0\0\0red\x00\0\0\0"s;
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, DecodeTensors(request, color));
  EXPECT_THAT(table.columns[0].codes, ElementsAre(0, ColumnData::kMissingCode));
  raw = "\x03\0\0\0red\x05\0\0\0blue"s;
  EXPECT_THAT(DecodeTensors(request, color), IsRefused("element 1, at byte 7, is cut short"));
  raw = "\x03\0\0\0red\xff\xff\xff\xff"s;
  EXPECT_THAT(DecodeTensors(request, color), IsRefused("element 1, at byte 7, is cut short"));
  raw = "\x03\0\0\0red"s;
  EXPECT_THAT(DecodeTensors(request, color), IsRefused("must have 2 elements"));
  raw = "\x01\0\0\0\xff\x01\0\0\0a"s;
  EXPECT_THAT(DecodeTensors(request, color), IsRefused("inputs[0][0]: must be UTF-8"));
}

TEST_F(DecodeTensorsTest, ZeroRows_AMillionRows_AndShapesThatAreNone_AreRefused) {
  ModelInferRequest request = GoodRow();
  auto& shape = *request.mutable_inputs(0)->mutable_shape();
  shape.Set(0, 0);
  EXPECT_THAT(Decode(request), IsRefused("inputs[0].shape: must have 1 to 100000 rows, has 0"));
  shape.Set(0, 1'000'000);
  EXPECT_THAT(Decode(request),
              IsRefused("must have 1 to 100000 rows, has 1000000; send several requests"));
  shape.Set(0, -1);
  EXPECT_THAT(Decode(request), IsRefused("has -1"));
  shape.Clear();
  EXPECT_THAT(Decode(request), IsRefused("has 0 dimensions"));
  for (int i = 0; i < 3; ++i) shape.Add(1);
  EXPECT_THAT(Decode(request), IsRefused("has 3 dimensions"));
  shape.RemoveLast();
  shape.Set(1, 0);
  EXPECT_THAT(Decode(request), IsRefused("has 0 as its second number"));
}

TEST_F(DecodeTensorsTest, ShapeWhoseProductOverflows_IsRefused) {
  ModelInferRequest request = Parse(R"pb(
    inputs {
      name: "m"
      datatype: "FP64"
      shape: [ 16, 0x1000000000000000 ]
    })pb");
  request.add_raw_input_contents("");
  EXPECT_THAT(DecodeTensors(request, three_), IsRefused("must have 147573952589676412928 bytes"));
}

TEST_F(DecodeTensorsTest, MatrixOfOtherWidth_IsRefused_NamingTheFeatures) {
  ModelInferRequest request = Parse(R"pb(
    inputs {
      name: "m"
      datatype: "FP64"
      shape: [ 1, 2 ]
      contents { fp64_contents: [ 1, 2 ] }
    })pb");
  EXPECT_THAT(DecodeTensors(request, three_),
              IsRefused("inputs[0].shape: must be [rows, 3], one column for each of the model's "
                        "features, has 2"));
}

TEST_F(DecodeTensorsTest, UnknownAbsentAndDoubleFeatures_AreNamed) {
  ModelInferRequest request = GoodRow();
  request.mutable_inputs(0)->set_name("widht");
  EXPECT_THAT(Decode(request), IsRefused("inputs[0].name: 'widht': the model has no such feature"));
  request.mutable_inputs(0)->set_name("price");
  EXPECT_THAT(Decode(request), IsRefused("is what the model predicts"));
  request.mutable_inputs(0)->set_name("color");
  EXPECT_THAT(Decode(request), IsRefused("inputs[0].datatype: must be BYTES"));
  request = GoodRow();
  *request.add_inputs() = request.inputs(0);
  EXPECT_THAT(Decode(request), IsRefused("inputs[4].name: 'cut_at' is given already"));
  request = GoodRow();
  request.mutable_inputs()->RemoveLast();
  EXPECT_THAT(Decode(request), IsRefused("inputs: must have one for each feature, lack 'width'"));
  EXPECT_THAT(Decode({}), IsRefused("inputs: must have one tensor for each feature"));
}

TEST_F(DecodeTensorsTest, ColumnsOfDifferentLengths_AreRefused) {
  ModelInferRequest request = GoodRow();
  request.mutable_inputs(2)->set_shape(0, 2);
  request.mutable_inputs(2)->mutable_contents()->add_bool_contents(false);
  EXPECT_THAT(Decode(request),
              IsRefused("inputs[2].shape: must have 1 rows as inputs[0] has, has 2"));
}

TEST_F(DecodeTensorsTest, WrongDatatypes_AreRefused_SayingWhatIsRight) {
  ModelInferRequest request = GoodRow();
  request.mutable_inputs(3)->set_datatype("fp32");
  EXPECT_THAT(Decode(request), IsRefused("inputs[3].datatype: must be one of BOOL, UINT8"));
  request = GoodRow();
  request.mutable_inputs(3)->set_datatype("BOOL");
  request.mutable_inputs(3)->mutable_contents()->add_bool_contents(true);
  EXPECT_THAT(Decode(request), IsRefused("feature 'width' is a number; is BOOL"));
  request = GoodRow();
  request.mutable_inputs(3)->set_datatype("FP16");
  EXPECT_THAT(Decode(request), IsRefused("of FP16 must be given in raw_input_contents"));
}

TEST_F(DecodeTensorsTest, NumbersThatAreNoTruthValueOrTime_AreRefused) {
  ModelInferRequest request = GoodRow();
  request.mutable_inputs(2)->set_datatype("INT8");
  request.mutable_inputs(2)->mutable_contents()->add_int_contents(2);
  EXPECT_THAT(Decode(request), IsRefused("inputs[2][0]: must be 0 or 1"));
  request = GoodRow();
  request.mutable_inputs(0)->mutable_contents()->set_int64_contents(0, int64_t{1} << 60);
  EXPECT_THAT(Decode(request), IsRefused("inputs[0][0]: must be seconds since 1970"));
}

TEST_F(DecodeTensorsTest, RawAndTypedTogether_AreRefused) {
  ModelInferRequest request = GoodRow();
  request.add_raw_input_contents("x");
  EXPECT_THAT(Decode(request), IsRefused("inputs[0].contents: must not be set"));
  for (auto& input : *request.mutable_inputs()) input.clear_contents();
  EXPECT_THAT(Decode(request),
              IsRefused("raw_input_contents: must be one for each input, 4, are 1"));
}

TEST_F(DecodeTensorsTest, SharedMemory_IsRefused) {
  ModelInferRequest request = GoodRow();
  (*request.mutable_inputs(0)->mutable_parameters())["shared_memory_region"].set_string_param("r");
  EXPECT_THAT(Decode(request), IsRefused("must not name a shared memory region"));
}

}  // namespace
}  // namespace serin
