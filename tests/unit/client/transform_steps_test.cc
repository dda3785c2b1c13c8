#include "client/cli/transform_steps.h"

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A step as the text that FormatTransformStep makes of it.
std::string Canonical(absl::string_view text) {
  const auto step = ParseTransformStep(text);
  return step.ok() ? FormatTransformStep(*step) : std::string(step.status().message());
}

TEST(ParseTransformStepTest, TakesEveryStep_AndItsTextIsReadAgain) {
  for (const char* text : {
           "select columns=age,fare",
           "drop columns=ticket",
           "rename column=sex to=gender",
           "cast column=age type=integer on_error=missing",
           "filter age > 30 and sex = 'female'",
           "drop_missing columns=age",
           "drop_missing",
           "fill_missing columns=age,fare strategy=most_frequent",
           "fill_missing columns=port strategy=constant constant=S",
           "clip columns=fare min=0 max=300.5",
           "standardize columns=age",
           "min_max columns=age",
           "log columns=fare",
           "one_hot column=class max_values=10",
           "bucket column=fare boundaries=-1.5,10,50",
           "bucket column=age quantiles=4",
           "split fractions=0.8,0.2 part=1 seed=18446744073709551615 stratify_by=class",
           "sample rows=1000 seed=7",
           "sample fraction=0.1",
           "sort keys=-fare,name",
           "deduplicate columns=name,age",
           "join dataset=prices@2 kind=left keys=id other_keys=key suffix=_price",
       }) {
    EXPECT_EQ(Canonical(text), text);
  }
}

TEST(ParseTransformStepTest, FirstFieldNeedsNoName) {
  EXPECT_EQ(Canonical("fill_missing age,fare strategy=mean"),
            "fill_missing columns=age,fare strategy=mean");
  EXPECT_EQ(Canonical("  sort  -fare,name "), "sort keys=-fare,name");
  EXPECT_EQ(Canonical("join prices keys=id"), "join dataset=prices keys=id");
}

TEST(ParseTransformStepTest, QuotesKeepSpacesCommasQuotesAndMinusTogether) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::TransformStep select,
                             ParseTransformStep(R"(select "petal length",'a,b',"say ""no""")"));
  EXPECT_THAT(select.select().columns(), ElementsAre("petal length", "a,b", "say \"no\""));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::TransformStep sort,
                             ParseTransformStep(R"(sort "-fare",-"petal length")"));
  EXPECT_EQ(sort.sort().keys(0).column(), "-fare");
  EXPECT_FALSE(sort.sort().keys(0).descending());
  EXPECT_EQ(sort.sort().keys(1).column(), "petal length");
  EXPECT_TRUE(sort.sort().keys(1).descending());
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::TransformStep again,
                             ParseTransformStep(FormatTransformStep(sort)));
  EXPECT_EQ(again.DebugString(), sort.DebugString());
  EXPECT_EQ(Canonical(R"(drop "a=b")"), R"(drop columns="a=b")");
}

TEST(ParseTransformStepTest, CommasArePartOfASingleValue) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const v1::TransformStep step,
      ParseTransformStep("fill_missing note strategy=constant constant=none,yet"));
  EXPECT_EQ(step.fill_missing().constant(), "none,yet");
}

TEST(ParseTransformStepTest, Errors_QuoteTheStepAndSayWhatWouldBeRight) {
  EXPECT_EQ(Canonical("fil age"),
            "step 'fil age': there is no step 'fil'; the steps are select, drop, rename, cast, "
            "filter, drop_missing, fill_missing, clip, standardize, min_max, log, one_hot, bucket, "
            "split, sample, sort, deduplicate, join");
  EXPECT_EQ(Canonical("fill_missing age strategy=avg"),
            "step 'fill_missing age strategy=avg': strategy must be one of mean, median, "
            "most_frequent, constant, is 'avg'");
  EXPECT_EQ(
      Canonical("clip fare lower=0"),
      "step 'clip fare lower=0': there is no field 'lower'; the fields are columns, min, max");
  EXPECT_EQ(Canonical("clip fare min=low"),
            "step 'clip fare min=low': min must be a number, is 'low'");
  EXPECT_EQ(Canonical("split 0.8,0.2 part=one"),
            "step 'split 0.8,0.2 part=one': part must be a whole number, is 'one'");
  EXPECT_EQ(Canonical("cast age integer"),
            "step 'cast age integer': 'integer' must be of the form FIELD=VALUE, where FIELD is "
            "one of column, type, on_error");
  EXPECT_EQ(Canonical("drop a columns=b"), "step 'drop a columns=b': columns is given twice");
  EXPECT_EQ(Canonical("drop \"a"), "step 'drop \"a': the quote at \"a is not closed");
  EXPECT_THAT(Canonical(""), HasSubstr("there is no step ''"));
}

TEST(ParseTransformStepsTest, TakesAnArrayOrADerivation) {
  constexpr char kSteps[] = R"([{"drop": {"columns": ["a"]}},
                                {"fill_missing": {"columns": ["b"], "strategy": "STRATEGY_MEAN"}}])";
  for (const std::string& json :
       {std::string(kSteps),
        absl::StrCat(R"({"sources": ["datasets/iris/versions/1"], "steps": )", kSteps, "}")}) {
    SERIN_ASSERT_OK_AND_ASSIGN(const auto steps, ParseTransformSteps(json));
    ASSERT_EQ(steps.size(), 2u);
    EXPECT_EQ(FormatTransformStep(steps[1]), "fill_missing columns=b strategy=mean");
  }
}

TEST(ParseTransformStepsTest, Errors_SayWhere) {
  EXPECT_THAT(ParseTransformSteps("["),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("is not a list of steps")));
  EXPECT_THAT(ParseTransformSteps(R"([{"drop": {"column": "a"}}])"),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("steps[0]")));
}

}  // namespace
}  // namespace serin
