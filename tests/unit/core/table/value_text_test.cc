#include "core/table/value_text.h"

#include <gtest/gtest.h>

#include <string>

#include "google/protobuf/util/json_util.h"

namespace serin {
namespace {

std::string Format(const std::string& json) {
  google::protobuf::Value value;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &value).ok());
  return FormatValue(value);
}

TEST(FormatValueTest, WritesEachKind) {
  EXPECT_EQ(Format("0.1"), "0.1");
  EXPECT_EQ(Format("true"), "true");
  EXPECT_EQ(Format("\"relu\""), "relu");
  EXPECT_EQ(Format("[64, 32]"), "[64,32]");
  EXPECT_EQ(Format(R"({"b": [1], "a": {"c": false}})"), "{a={c=false}, b=[1]}");
  EXPECT_EQ(Format("null"), "null");
  EXPECT_EQ(FormatValue({}), "null");
}

}  // namespace
}  // namespace serin
