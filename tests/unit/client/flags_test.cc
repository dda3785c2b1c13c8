#include "client/cli/flags.h"

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(ParseAssignmentTest, SplitsAtTheFirstEqualsSign) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto parts, ParseAssignment("note=a=b"));
  EXPECT_THAT(parts, Pair("note", "a=b"));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto empty, ParseAssignment("note="));
  EXPECT_THAT(empty, Pair("note", ""));
  EXPECT_THAT(ParseAssignment("note"), IsError(kInvalid, HasSubstr("'note'")));
  EXPECT_THAT(ParseAssignment("=5"), IsError(kInvalid, HasSubstr("'=5'")));
}

TEST(ParseAssignmentsTest, RefusesANameThatIsGivenTwice) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto values, ParseAssignments({"b=2", "a=1"}));
  EXPECT_THAT(values, ElementsAre(Pair("a", "1"), Pair("b", "2")));
  EXPECT_THAT(ParseAssignments({"a=1", "a=2"}), IsError(kInvalid, HasSubstr("a is given twice")));
  EXPECT_THAT(ParseColumnTypes({"a=text", "a=number"}),
              IsError(kInvalid, HasSubstr("a is given twice")));
}

TEST(ParseWeightsTest, TakesVersionsWithPercentages) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto weights, ParseWeights({"2=10", "1=90"}));
  EXPECT_THAT(weights, ElementsAre(Pair(1, 90), Pair(2, 10)));
}

TEST(ParseWeightsTest, RefusesWhatIsNoVersionOrPercentage_QuotingIt) {
  for (const char* text : {"1", "x=90", "0=90", "1=-5", "1=9.5", "1=", "=1"}) {
    EXPECT_THAT(ParseWeights({text}), IsError(kInvalid, HasSubstr(text)));
  }
  EXPECT_THAT(ParseWeights({"1=50", "1=50"}), IsError(kInvalid, HasSubstr("given twice")));
}

TEST(ParseAliasTest, TakesAnAliasAndAVersion) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto alias, ParseAlias("champion=2"));
  EXPECT_THAT(alias, Pair("champion", 2));
  EXPECT_THAT(ParseAlias("champion=two"), IsError(kInvalid, HasSubstr("champion=two")));
}

TEST(ParseColumnTypesTest, SplitsAtTheLastEqualsSign_AndKnowsTheTypes) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto types, ParseColumnTypes({"a=b=number", "day=timestamp"}));
  EXPECT_THAT(types, ElementsAre(Pair("a=b", v1::COLUMN_TYPE_NUMBER),
                                 Pair("day", v1::COLUMN_TYPE_TIMESTAMP)));
  EXPECT_THAT(ParseColumnTypes({"a=float"}), IsError(kInvalid, HasSubstr("boolean")));
  EXPECT_THAT(ParseColumnTypes({"a=unspecified"}), IsError(kInvalid, HasSubstr("a=unspecified")));
}

}  // namespace
}  // namespace serin
