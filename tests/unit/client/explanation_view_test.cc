#include "client/cli/explanation_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "google/protobuf/text_format.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// What is printed for a response in text format.
std::string Printed(const std::string& text, OutputFormat format = OutputFormat::kTable) {
  v1::ExplainResponse response;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &response));
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const Console console = {.in = in, .out = out, .err = err};
  const Client client = Client::Connect({.server = "127.0.0.1:1"}).value();
  EXPECT_THAT(PrintExplanations(response, Session{client, console, format}), IsOk());
  return out.str();
}

TEST(PrintExplanationsTest, Regression_HasLargestFirst_WithBarsToBothSides) {
  EXPECT_EQ(Printed(R"pb(model_version: "models/house/versions/2"
                         features: [ "rooms", "age" ]
                         method: METHOD_TREE_SHAP
                         scale: SCALE_VALUE
                         explanations {
                           prediction { value: 7 }
                           outputs {
                             base: 10
                             score: 7
                             contributions: [ 1, -4 ]
                           }
                         })pb"),
            "row 1: 7, by models/house/versions/2\n"
            "  value 7.0000, of any row 10.0000 (exact, by TreeSHAP)\n"
            "  FEATURE  MOVES BY\n"
            "  age       -4.0000  ####################\n"
            "  rooms     +1.0000                        #####\n");
}

TEST(PrintExplanationsTest, OfManyClasses_ThePredictedOneIsShown_AndSampledOnesHaveErrors) {
  const std::string printed = Printed(R"pb(
    model_version: "models/iris/versions/1"
    features: [ "length" ]
    method: METHOD_SAMPLED
    scale: SCALE_PROBABILITY
    explanations {
      prediction { label: "b" }
      outputs { class: "a" base: 0.5 score: 0.25 contributions: -0.25 errors: 0.125 }
      outputs { class: "b" base: 0.25 score: 0.5 contributions: 0.25 errors: 0.0625 }
    })pb");
  EXPECT_THAT(printed, HasSubstr("row 1: b, by models/iris/versions/1"));
  EXPECT_THAT(printed,
              HasSubstr("probability of b 0.5000, of any row 0.2500 (estimated from samples)"));
  EXPECT_THAT(printed, HasSubstr("+0.2500  0.0625"));
  EXPECT_THAT(printed, Not(HasSubstr("-0.2500")));
}

TEST(PrintExplanationsTest, Json_HasAll) {
  EXPECT_THAT(Printed(R"pb(features: "x" method: METHOD_LINEAR)pb", OutputFormat::kJson),
              HasSubstr("METHOD_LINEAR"));
}

}  // namespace
}  // namespace serin
