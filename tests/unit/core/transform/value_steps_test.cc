#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/testing/status_matchers.h"
#include "tests/unit/core/transform/transform_testing.h"

namespace serin {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

absl::Status ErrorOf(const std::string& table, const std::string& step) {
  return RunSteps(TextTable(table), {step}).status();
}

std::string Cast(const std::string& table, const std::string& type) {
  return TextAfter(
      table, {"cast { column: 'a' on_error: ON_ERROR_MISSING type: COLUMN_TYPE_" + type + " }"});
}

TEST(CastStepTest, TextBecomesAnyType) {
  EXPECT_EQ(Cast("a:text\n1.5\nx\n_\n", "NUMBER"), "a:number\n1.5\n_\n_\n");
  EXPECT_EQ(Cast("a:text\n12\n1.5\n1e3\n9223372036854775807\n9223372036854775808\n", "INTEGER"),
            "a:integer\n12\n_\n1000\n9223372036854775807\n_\n");
  EXPECT_EQ(Cast("a:text\nTRUE\nfalse\n1\n", "BOOLEAN"), "a:boolean\ntrue\nfalse\n_\n");
  EXPECT_EQ(Cast("a:text\n2026-11-21\n0\nsoon\n", "TIMESTAMP"),
            "a:timestamp\n2026-11-21T00:00:00Z\n1970-01-01T00:00:00Z\n_\n");
  EXPECT_EQ(Cast("a:text\nx\n_\n", "CATEGORY"), "a:category\nx\n_\n");
}

TEST(CastStepTest, NumbersBecomeWholeNumbersTruthValuesAndInstants) {
  EXPECT_EQ(Cast("a:number\n2\n2.5\n1e300\n_\n", "INTEGER"), "a:integer\n2\n_\n_\n_\n");
  EXPECT_EQ(Cast("a:integer\n0\n1\n2\n", "BOOLEAN"), "a:boolean\nfalse\ntrue\n_\n");
  EXPECT_EQ(Cast("a:integer\n1700000000\n1700000000000\n1700000000000000\n", "TIMESTAMP"),
            "a:timestamp\n2023-11-14T22:13:20Z\n2023-11-14T22:13:20Z\n2023-11-14T22:13:20Z\n");
  EXPECT_EQ(Cast("a:integer\n3\n_\n", "NUMBER"), "a:number\n3\n_\n");
}

TEST(CastStepTest, TruthValuesAndInstantsBecomeNumbers) {
  EXPECT_EQ(Cast("a:boolean\ntrue\nfalse\n_\n", "INTEGER"), "a:integer\n1\n0\n_\n");
  EXPECT_EQ(Cast("a:timestamp\n1970-01-01T00:01:00Z\n", "NUMBER"), "a:number\n60\n");
}

TEST(CastStepTest, EverythingBecomesItsText) {
  EXPECT_EQ(Cast("a:number\n0.1\n_\n", "TEXT"), "a:text\n0.1\n_\n");
  EXPECT_EQ(Cast("a:boolean\ntrue\n", "CATEGORY"), "a:category\ntrue\n");
  EXPECT_EQ(Cast("a:timestamp\n2026-11-21\n", "TEXT"), "a:text\n2026-11-21T00:00:00Z\n");
}

TEST(CastStepTest, AnError_NamesTheRowAcrossBatchesAndTheValue) {
  const absl::Status error =
      RunSteps(TextTable("a:text\n1\n2\nx\n"), {"cast { column: 'a' type: COLUMN_TYPE_NUMBER }"},
               {.batch_rows = 1})
          .status();
  EXPECT_THAT(error, IsError(kInvalid, Eq("steps[0].cast.column: must hold values that can be read "
                                          "as number; row 2 of 'a' is 'x'")));
  EXPECT_THAT(ErrorOf("a:text\n1\n", "cast { column: 'a' }"),
              IsError(kInvalid, Eq("steps[0].cast.type: is required")));
}

TEST(DropMissingStepTest, LooksAtTheColumnsNamed_OrAll) {
  const std::string table = "a:number b:category\n1 x\n_ y\n2 _\n";
  EXPECT_EQ(TextAfter(table, {"drop_missing { columns: 'a' }"}), "a:number b:category\n1 x\n2 _\n");
  EXPECT_EQ(TextAfter(table, {"drop_missing {}"}), "a:number b:category\n1 x\n");
}

TEST(FillMissingStepTest, Mean_OfIntegersIsRoundedHalvesAwayFromZero) {
  const std::string step = "fill_missing { columns: ['a', 'b'] strategy: STRATEGY_MEAN }";
  EXPECT_EQ(TextAfter("a:number b:integer\n1 -1\n2 -2\n_ _\n", {step}),
            "a:number b:integer\n1 -1\n2 -2\n1.5 -2\n");
}

TEST(FillMissingStepTest, Median_IsBetweenTheTwoInTheMiddle) {
  const std::string step = "fill_missing { columns: 'a' strategy: STRATEGY_MEDIAN }";
  EXPECT_EQ(TextAfter("a:number\n100\n1\n_\n2\n", {step}), "a:number\n100\n1\n2\n2\n");
  EXPECT_EQ(TextAfter("a:number\n1\n2\n_\n", {step}), "a:number\n1\n2\n1.5\n");
}

TEST(FillMissingStepTest, MostFrequent_OfEveryType_AndTheFirstInOrderWhereSeveralAre) {
  const std::string step =
      "fill_missing { columns: ['a', 'b', 'c', 'd'] strategy: STRATEGY_MOST_FREQUENT }";
  EXPECT_EQ(TextAfter("a:number b:integer c:category d:boolean\n"
                      "2 5 y true\n1 5 x true\n1 6 x false\n2 6 y true\n_ _ _ _\n",
                      {step}, {.batch_rows = 2}),
            "a:number b:integer c:category d:boolean\n"
            "2 5 y true\n1 5 x true\n1 6 x false\n2 6 y true\n1 5 x true\n");
}

TEST(FillMissingStepTest, Constant_IsReadAsTheColumnsType) {
  EXPECT_EQ(TextAfter("a:category b:timestamp\nx 2026-01-01\n_ _\n",
                      {"fill_missing { columns: 'a' strategy: STRATEGY_CONSTANT constant: 'none' }",
                       "fill_missing { columns: 'b' strategy: STRATEGY_CONSTANT "
                       "constant: '2000-02-29' }"}),
            "a:category b:timestamp\nx 2026-01-01T00:00:00Z\nnone 2000-02-29T00:00:00Z\n");
}

TEST(FillMissingStepTest, WhatCannotBeFilled_IsAnError) {
  const std::string table = "a:number b:category\n_ x\n";
  EXPECT_THAT(ErrorOf(table, "fill_missing { columns: 'a' strategy: STRATEGY_MEAN }"),
              IsError(kInvalid, HasSubstr("steps[0].fill_missing.columns[0]: must have a value in "
                                          "some row to fill the others with; 'a' has none")));
  EXPECT_THAT(ErrorOf(table, "fill_missing { columns: 'b' strategy: STRATEGY_MEDIAN }"),
              IsError(kInvalid, Eq("steps[0].fill_missing.columns[0]: must name a column of type "
                                   "number or integer; 'b' is category")));
  EXPECT_THAT(
      ErrorOf(table, "fill_missing { columns: 'a' strategy: STRATEGY_CONSTANT constant: 'x' }"),
      IsError(kInvalid, Eq("steps[0].fill_missing.constant: must be a value of type number as 'a' "
                           "is; is 'x'")));
  EXPECT_THAT(
      ErrorOf(table, "fill_missing { columns: 'b' strategy: STRATEGY_CONSTANT constant: 'NA' }"),
      IsError(kInvalid, HasSubstr("is 'NA'")));
  EXPECT_THAT(ErrorOf(table, "fill_missing { columns: 'a' }"),
              IsError(kInvalid, HasSubstr("steps[0].fill_missing.strategy: must be one of")));
  EXPECT_THAT(
      ErrorOf(table,
              "fill_missing { columns: 'b' strategy: STRATEGY_MOST_FREQUENT constant: 'x' }"),
      IsError(kInvalid, HasSubstr("constant: must not be set but with STRATEGY_CONSTANT")));
}

TEST(ClipStepTest, MovesWhatIsOutsideToTheBounds) {
  EXPECT_EQ(TextAfter("a:number b:integer\n-5 -5\n_ _\n0.5 1\n9 9\n",
                      {"clip { columns: ['a', 'b'] min: 0 max: 2 }"}),
            "a:number b:integer\n0 0\n_ _\n0.5 1\n2 2\n");
  EXPECT_EQ(TextAfter("a:number\n-5\n9\n", {"clip { columns: 'a' max: 2.5 }"}),
            "a:number\n-5\n2.5\n");
}

TEST(ClipStepTest, BoundsThatAreNone_AreErrors) {
  const std::string table = "a:number b:integer\n1 1\n";
  EXPECT_THAT(ErrorOf(table, "clip { columns: 'a' }"),
              IsError(kInvalid, Eq("steps[0].clip.min: or max is required")));
  EXPECT_THAT(ErrorOf(table, "clip { columns: 'a' min: 2 max: 1 }"),
              IsError(kInvalid, HasSubstr("steps[0].clip.max: must not be less than min")));
  EXPECT_THAT(ErrorOf(table, "clip { columns: 'a' min: nan }"),
              IsError(kInvalid, HasSubstr("steps[0].clip.min: must be finite")));
  EXPECT_THAT(ErrorOf(table, "clip { columns: 'b' min: 0.5 }"),
              IsError(kInvalid, HasSubstr("must be a whole number below 2^63, is 0.5; 'b' is an "
                                          "integer column")));
}

TEST(StandardizeStepTest, HasMeanZeroAndDeviationOne) {
  EXPECT_EQ(TextAfter("a:integer b:number\n1 7\n2 7\n_ _\n3 7\n",
                      {"standardize { columns: ['a', 'b'] }"}),
            "a:number b:number\n-1 0\n0 0\n_ _\n1 0\n");
}

TEST(StandardizeStepTest, ValuesNearTheEndOfTheRangeStayFinite) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table, RunSteps(TextTable("a:number\n1.5e308\n-1.5e308\n"),
                                                         {"standardize { columns: 'a' }"}));
  EXPECT_THAT(table.columns[0].numbers,
              ElementsAre(DoubleNear(std::sqrt(0.5), 1e-12), DoubleNear(-std::sqrt(0.5), 1e-12)));
}

TEST(MinMaxStepTest, GoesFromZeroToOne) {
  EXPECT_EQ(
      TextAfter("a:integer b:number\n2 5\n4 5\n_ _\n6 5\n", {"min_max { columns: ['a', 'b'] }"}),
      "a:number b:number\n0 0\n0.5 0\n_ _\n1 0\n");
  EXPECT_EQ(TextAfter("a:number\n1.5e308\n-1.5e308\n", {"min_max { columns: 'a' }"}),
            "a:number\n1\n0\n");
}

TEST(LogStepTest, TakesTheLogarithmOfOnePlusX) {
  SERIN_ASSERT_OK_AND_ASSIGN(const Table table,
                             RunSteps(TextTable("a:integer\n0\n1\n"), {"log { columns: 'a' }"}));
  EXPECT_EQ(table.columns[0].type, v1::COLUMN_TYPE_NUMBER);
  EXPECT_THAT(table.columns[0].numbers, ElementsAre(0, DoubleNear(std::log(2), 1e-15)));
  EXPECT_THAT(ErrorOf("a:number\n0\n-1\n", "log { columns: 'a' }"),
              IsError(kInvalid, Eq("steps[0].log.columns[0]: must hold numbers greater than -1; "
                                   "row 1 of 'a' is -1")));
}

TEST(OneHotStepTest, ReplacesTheColumnByOneForEachValueInOrder) {
  EXPECT_EQ(TextAfter("n:number a:category z:number\n1 q 2\n1 p 2\n1 _ 2\n",
                      {"one_hot { column: 'a' }"}, {.batch_rows = 1}),
            "n:number a=p:boolean a=q:boolean z:number\n"
            "1 false true 2\n1 true false 2\n1 false false 2\n");
  EXPECT_EQ(TextAfter("a:boolean\ntrue\nfalse\n", {"one_hot { column: 'a' }"}),
            "a=false:boolean a=true:boolean\nfalse true\ntrue false\n");
}

TEST(OneHotStepTest, StepsBehindAreCheckedAgainstTheColumnsThatItMade) {
  EXPECT_EQ(
      TextAfter("a:category\nq\np\n", {"one_hot { column: 'a' }", "select { columns: 'a=q' }"}),
      "a=q:boolean\ntrue\nfalse\n");
  EXPECT_THAT(RunSteps(TextTable("a:category\nq\n"),
                       {"one_hot { column: 'a' }", "select { columns: 'a' }"}),
              IsError(kInvalid, HasSubstr("steps[1].select.columns[0]: must be a column, is 'a'")));
}

TEST(OneHotStepTest, TooManyValuesOrTakenNames_AreErrors) {
  const std::string table = "a:category a=p:number b:number\np 1 1\nq 1 1\n";
  EXPECT_THAT(ErrorOf(table, "one_hot { column: 'a' max_values: 1 }"),
              IsError(kInvalid, Eq("steps[0].one_hot.column: must have at most 1 values "
                                   "(max_values); 'a' has more")));
  EXPECT_THAT(ErrorOf(table, "one_hot { column: 'a' }"),
              IsError(kInvalid, HasSubstr("'a=p' is a column already")));
  EXPECT_THAT(ErrorOf(table, "one_hot { column: 'b' }"),
              IsError(kInvalid, HasSubstr("must name a column of type category or boolean")));
  EXPECT_THAT(ErrorOf(table, "one_hot { column: 'a' max_values: 1001 }"),
              IsError(kInvalid, HasSubstr("max_values: must be from 1 to 1000")));
}

TEST(OneHotStepTest, AColumnWithoutValues_LeavesNothing) {
  EXPECT_EQ(TextAfter("a:category b:number\n_ 1\n", {"one_hot { column: 'a' }"}), "b:number\n1\n");
  EXPECT_THAT(ErrorOf("a:category\n_\n", "one_hot { column: 'a' }"),
              IsError(kInvalid, Eq("steps[0]: must leave a column, leaves none")));
}

TEST(BucketStepTest, NamesTheIntervalThatIncludesItsLowerBoundary) {
  EXPECT_EQ(
      TextAfter("a:number\n0.5\n1\n2.5\n_\n-9\n", {"bucket { column: 'a' boundaries: [1, 2.5] }"}),
      "a:category\n[-inf,1)\n[1,2.5)\n[2.5,inf)\n_\n[-inf,1)\n");
}

TEST(BucketStepTest, Quantiles_HaveAboutAsManyRowsEach) {
  EXPECT_EQ(TextAfter("a:integer\n1\n2\n3\n4\n", {"bucket { column: 'a' quantiles: 2 }"}),
            "a:category\n[-inf,2.5)\n[-inf,2.5)\n[2.5,inf)\n[2.5,inf)\n");
  EXPECT_EQ(TextAfter("a:integer\n5\n5\n5\n", {"bucket { column: 'a' quantiles: 4 }"}),
            "a:category\n[-inf,inf)\n[-inf,inf)\n[-inf,inf)\n");
}

TEST(BucketStepTest, BoundariesThatAreNone_AreErrors) {
  const std::string table = "a:number\n1\n";
  EXPECT_THAT(ErrorOf(table, "bucket { column: 'a' }"),
              IsError(kInvalid, Eq("steps[0].bucket.boundaries: or quantiles is required")));
  EXPECT_THAT(ErrorOf(table, "bucket { column: 'a' boundaries: [2, 2] }"),
              IsError(kInvalid, HasSubstr("steps[0].bucket.boundaries[1]: must be finite and "
                                          "greater than the one before, is 2")));
  EXPECT_THAT(ErrorOf(table, "bucket { column: 'a' boundaries: 1 quantiles: 3 }"),
              IsError(kInvalid, HasSubstr("quantiles: must not be set together")));
  EXPECT_THAT(ErrorOf(table, "bucket { column: 'a' quantiles: 1 }"),
              IsError(kInvalid, HasSubstr("quantiles: must be from 2 to 1000, is 1")));
}

}  // namespace
}  // namespace serin
