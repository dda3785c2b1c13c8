#include "core/interchange/json_file.h"

#include <string>

#include "core/base/utf8.h"
#include "nlohmann/json.hpp"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

TEST(ReadJsonFileTest, ReadsJsonAndUbjsonAlike) {
  const nlohmann::json expected = {{"a", {1, 2.5, "x"}}, {"b", nullptr}};
  const auto ubjson = nlohmann::json::to_ubjson(expected);

  SERIN_ASSERT_OK_AND_ASSIGN(const nlohmann::json text, ReadJsonFile(expected.dump()));
  SERIN_ASSERT_OK_AND_ASSIGN(const nlohmann::json binary,
                             ReadJsonFile(std::string(ubjson.begin(), ubjson.end())));

  EXPECT_EQ(text, expected);
  EXPECT_EQ(binary, expected);
}

TEST(ReadJsonFileTest, NaNIsNull_ButNotWithinAString) {
  SERIN_ASSERT_OK_AND_ASSIGN(const nlohmann::json json,
                             ReadJsonFile(R"({"a\"NaN": [NaN, 1, NaN], "b": "NaN"})"));
  EXPECT_EQ(json, nlohmann::json({{"a\"NaN", {nullptr, 1, nullptr}}, {"b", "NaN"}}));
}

TEST(ReadJsonFileTest, RefusesDepthThatWouldOverflowTheStack) {
  const std::string deep(1'000'000, '[');
  EXPECT_THAT(ReadJsonFile(deep),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("deeper than 64")));
  EXPECT_THAT(ReadJsonFile("{i\x01z" + deep),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("deeper than 64")));
}

TEST(ReadJsonFileTest, RefusesAFewBytesThatSayABillionValues) {
  // An array of type true, of which each value takes no byte, with 2^30 of them.
  const std::string huge("{i\x01z[$T#l\x40\x00\x00\x00}", 13);
  EXPECT_THAT(ReadJsonFile(huge),
              IsError(absl::StatusCode::kResourceExhausted, HasSubstr("more than 13 values")));
}

TEST(ReadJsonFileTest, RefusesWhatIsNeither) {
  for (const char* text : {"", "{", "{\"a\": 1", "tree\nversion=v3", "{i\x01"}) {
    EXPECT_FALSE(ReadJsonFile(text).ok()) << text;
  }
}

TEST(ReadJsonFileTest, ErrorsQuoteLittleOfTheFile_InUtf8) {
  const std::string unterminated = "{\"" + std::string(1'000'000, 'x');
  const std::string not_utf8 = "{\"a\": \"\xff\xfe\"}";
  for (const std::string& file : {unterminated, not_utf8}) {
    const absl::Status error = ReadJsonFile(file).status();
    EXPECT_THAT(error, IsError(absl::StatusCode::kInvalidArgument, HasSubstr("parse error at")));
    EXPECT_LE(error.message().size(), 200u);
    EXPECT_TRUE(IsUtf8(error.message())) << error;
  }
}

}  // namespace
}  // namespace serin
