#include "client/cli/training_arguments.h"

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

TEST(ParseHyperparametersTest, TakesJson_AndTextThatIsNone) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const auto values,
      ParseHyperparameters({"learning_rate=1e-2", "fit_intercept=false", "penalty=l1",
                            "layers=[64, 32]", R"(monotone={"age": -1})", "note=\"1\""}));
  const auto& fields = values.fields();
  EXPECT_EQ(fields.at("learning_rate").number_value(), 0.01);
  EXPECT_EQ(fields.at("fit_intercept").kind_case(), google::protobuf::Value::kBoolValue);
  EXPECT_EQ(fields.at("penalty").string_value(), "l1");
  EXPECT_EQ(fields.at("layers").list_value().values(1).number_value(), 32);
  EXPECT_EQ(fields.at("monotone").struct_value().fields().at("age").number_value(), -1);
  EXPECT_EQ(fields.at("note").string_value(), "1");
  EXPECT_THAT(ParseHyperparameters({"l2=1", "l2=2"}),
              IsError(kInvalid, HasSubstr("l2 is given twice")));
}

TEST(ParsePreprocessingTest, TakesWordsInAnyOrder) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto columns,
                             ParsePreprocessing({"age=median,standardised,clip,indicator",
                                                 "city=target-mean,keep", "income=-1.5"}));
  ASSERT_THAT(columns, SizeIs(3));
  EXPECT_EQ(columns[0].column(), "age");
  EXPECT_EQ(columns[0].encoding(), v1::Preprocessing::ENCODING_STANDARDISED);
  EXPECT_EQ(columns[0].missing(), v1::Preprocessing::MISSING_MEDIAN);
  EXPECT_TRUE(columns[0].clip() && columns[0].missing_indicator());
  EXPECT_EQ(columns[1].encoding(), v1::Preprocessing::ENCODING_TARGET_MEAN);
  EXPECT_EQ(columns[1].missing(), v1::Preprocessing::MISSING_KEEP);
  EXPECT_EQ(columns[2].missing(), v1::Preprocessing::MISSING_CONSTANT);
  EXPECT_EQ(columns[2].fill(), -1.5);
}

TEST(ParsePreprocessingTest, NamesTheWordThatItDoesNotKnow) {
  EXPECT_THAT(ParsePreprocessing({"age=standardized"}),
              IsError(kInvalid, HasSubstr("'standardized' is not an encoding (numeric")));
  EXPECT_THAT(ParsePreprocessing({"age"}), IsError(kInvalid, HasSubstr("'age'")));
  EXPECT_THAT(ParsePreprocessing({"age=unspecified"}), IsError(kInvalid, HasSubstr("unspecified")));
}

TEST(ParseDurationTest, TakesUnits) {
  EXPECT_EQ(ParseDuration("1h30m")->seconds(), 5400);
  EXPECT_EQ(ParseDuration("1500ms")->nanos(), 500'000'000);
  for (const char* text : {"60", "-1s", "soon", "inf"}) {
    EXPECT_THAT(ParseDuration(text), IsError(kInvalid, HasSubstr(text)));
  }
}

TEST(ParseEnumeratorsTest, KnowTheirWords_AndNameThemOtherwise) {
  EXPECT_EQ(*ParseMetric("balanced-accuracy"), v1::Search::METRIC_BALANCED_ACCURACY);
  EXPECT_EQ(*ParseMetric("r2"), v1::Search::METRIC_R2);
  EXPECT_THAT(ParseMetric("auc"), IsError(kInvalid, HasSubstr("roc-auc")));
  EXPECT_EQ(*ParseTask("regression"), v1::TASK_REGRESSION);
  EXPECT_THAT(ParseTask("unspecified"), IsError(kInvalid, HasSubstr("classification")));
  EXPECT_EQ(*ParseOverlap("queue"), v1::Schedule::OVERLAP_QUEUE);
  EXPECT_THAT(ParseOverlap("wait"), IsError(kInvalid, HasSubstr("replace")));
  EXPECT_EQ(*ParsePromotion("candidate-if-better"), v1::Promotion::RULE_CANDIDATE_IF_BETTER);
  EXPECT_THAT(ParsePromotion("champion"), IsError(kInvalid, HasSubstr("candidate-if-better")));
}

}  // namespace
}  // namespace serin
