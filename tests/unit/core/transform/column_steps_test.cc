#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/status_matchers.h"
#include "tests/unit/core/transform/transform_testing.h"

namespace serin {
namespace {

using ::testing::Eq;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr char kTable[] = "a:number b:category c:integer\n1 x 7\n_ y 8\n";

absl::Status ErrorOf(const std::string& step) {
  return RunSteps(TextTable(kTable), {step}).status();
}

TEST(SelectStepTest, KeepsTheColumnsInTheOrderNamed) {
  EXPECT_EQ(TextAfter(kTable, {"select { columns: ['c', 'a'] }"}),
            "c:integer a:number\n7 1\n8 _\n");
}

TEST(SelectStepTest, WhatIsNoColumnOrNamedTwice_IsAnError) {
  EXPECT_THAT(ErrorOf("select {}"), IsError(kInvalid, Eq("steps[0].select.columns: is required")));
  EXPECT_THAT(ErrorOf("select { columns: ['a', 'z'] }"),
              IsError(kInvalid, Eq("steps[0].select.columns[1]: must be a column, is 'z'; at this "
                                   "step there are a, b, c")));
  EXPECT_THAT(ErrorOf("select { columns: ['a', 'a'] }"),
              IsError(kInvalid, Eq("steps[0].select.columns[1]: must be unique, is 'a' again")));
}

TEST(DropStepTest, KeepsTheOthers_OfWhichThereMustBeOne) {
  EXPECT_EQ(TextAfter(kTable, {"drop { columns: ['b', 'a'] }"}), "c:integer\n7\n8\n");
  EXPECT_THAT(ErrorOf("drop { columns: ['b', 'a', 'c'] }"),
              IsError(kInvalid, Eq("steps[0].drop.columns: must leave a column, leaves none")));
}

TEST(RenameStepTest, NamesOneColumn_AndStepsBehindKnowTheNewNameOnly) {
  EXPECT_EQ(
      TextAfter(kTable, {"rename { column: 'b' to: 'label' }", "select { columns: 'label' }"}),
      "label:category\nx\ny\n");
  EXPECT_THAT(
      RunSteps(TextTable(kTable), {"rename { column: 'b' to: 'label' }", "drop { columns: 'b' }"}),
      IsError(kInvalid, HasSubstr("steps[1].drop.columns[0]: must be a column, is 'b'; at "
                                  "this step there are a, label, c")));
}

TEST(RenameStepTest, ATakenEmptyOrOverlongName_IsAnError) {
  EXPECT_THAT(ErrorOf("rename { column: 'b' to: 'a' }"),
              IsError(kInvalid, Eq("steps[0].rename.to: must make columns of new names; 'a' is a "
                                   "column already")));
  EXPECT_THAT(ErrorOf("rename { column: 'b' }"),
              IsError(kInvalid, Eq("steps[0].rename.to: is required")));
  EXPECT_THAT(ErrorOf("rename { column: 'b' to: '" + std::string(257, 'x') + "' }"),
              IsError(kInvalid, HasSubstr("at most 256 bytes of UTF-8, has 257")));
  EXPECT_THAT(ErrorOf("rename { to: 'n' }"),
              IsError(kInvalid, Eq("steps[0].rename.column: is required")));
}

}  // namespace
}  // namespace serin
