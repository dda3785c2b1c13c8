#include "core/learn/hyperparameters.h"

#include <string>
#include <vector>

#include "core/learn/algorithms.h"
#include "core/learn/describe_hyperparameter.h"
#include "core/learn/hyperparameter_check.h"
#include "google/protobuf/util/json_util.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using google::protobuf::Struct;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

v1::Algorithm AllTypes() {
  v1::Algorithm algorithm;
  algorithm.set_name("all_types");
  *algorithm.add_hyperparameters() = BooleanParameter("shuffle", "Shuffles.", true);
  *algorithm.add_hyperparameters() = StringParameter("penalty", "Which.", {"l2", "l1"});
  *algorithm.add_hyperparameters() =
      IntegerListParameter("layers", "Widths.", {100}, {.min = 1, .max = 1000}, 3);
  *algorithm.add_hyperparameters() = NumberMapParameter(
      "constraints", "Signs.", {.min = -1, .max = 1}, v1::Hyperparameter::KEYS_FEATURES);
  *algorithm.add_hyperparameters() =
      NumberMapParameter("weights", "Weights.", {.min = 0, .max = 1e6, .min_exclusive = true},
                         v1::Hyperparameter::KEYS_CLASSES);
  return algorithm;
}

Struct Json(const std::string& json) {
  Struct values;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &values).ok()) << json;
  return values;
}

google::protobuf::RepeatedPtrField<std::string> Names(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

TEST(HyperparametersTest, DefaultsOfEveryTypeAreFilledIn) {
  SERIN_ASSERT_OK_AND_ASSIGN(Struct resolved, ResolveHyperparameters({}, AllTypes()));
  const Hyperparameters values(resolved);
  EXPECT_TRUE(values.Boolean("shuffle"));
  EXPECT_EQ(values.String("penalty"), "l2");
  EXPECT_THAT(values.IntegerList("layers"), ElementsAre(100));
  EXPECT_THAT(values.NumberMap("constraints"), IsEmpty());
}

TEST(HyperparametersTest, GivenValuesOfEveryTypeAreKept) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      Struct resolved,
      ResolveHyperparameters(
          Json(R"({"shuffle": false, "penalty": "l1", "layers": [3, 2], "weights": {"a": 0.5}})"),
          AllTypes()));
  const Hyperparameters values(resolved);
  EXPECT_FALSE(values.Boolean("shuffle"));
  EXPECT_EQ(values.String("penalty"), "l1");
  EXPECT_THAT(values.IntegerList("layers"), ElementsAre(3, 2));
  EXPECT_THAT(values.NumberMap("weights"), ElementsAre(Pair("a", 0.5)));
}

TEST(HyperparametersTest, AnEmptyListIsAList) {
  SERIN_ASSERT_OK_AND_ASSIGN(Struct resolved,
                             ResolveHyperparameters(Json(R"({"layers": []})"), AllTypes()));
  EXPECT_THAT(Hyperparameters(resolved).IntegerList("layers"), IsEmpty());
}

TEST(HyperparametersTest, AValueOfTheWrongTypeOrRange_IsRefusedNamingWhatIsRight) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"shuffle": 1})", "hyperparameters.shuffle: must be true or false"},
      {R"({"shuffle": "true"})", "hyperparameters.shuffle: must be true or false"},
      {R"({"penalty": 2})", "hyperparameters.penalty: must be one of l2, l1"},
      {R"({"penalty": "l3"})", "must be one of l2, l1, is 'l3'; did you mean 'l2'?"},
      {R"({"layers": 100})", "hyperparameters.layers: must be a list of whole numbers"},
      {R"({"layers": [1, 2, 3, 4]})", "layers: must have at most 3 entries, has 4"},
      {R"({"layers": [1, 2.5]})", "hyperparameters.layers[1]: must be a whole number, is 2.5"},
      {R"({"layers": [0]})", "layers[0]: must be at least 1 and at most 1000, is 0"},
      {R"({"layers": ["a"]})", "layers[0]: must be a number"},
      {R"({"weights": [1]})", "weights: must be an object of names and numbers"},
      {R"({"weights": {"a": 0}})", "hyperparameters.weights.a: must be greater than 0"},
      {R"({"weights": {"a": true}})", "hyperparameters.weights.a: must be a number"},
      {R"({"shufle": true})", "is no hyperparameter of all_types; there are shuffle, penalty"}};
  for (const auto& [json, message] : cases) {
    EXPECT_THAT(ResolveHyperparameters(Json(json), AllTypes()),
                IsError(kInvalid, HasSubstr(message)))
        << json;
  }
}

TEST(HyperparametersTest, WhereThereAreNone_TheErrorSaysSo) {
  v1::Algorithm algorithm;
  algorithm.set_name("mean");
  EXPECT_THAT(ResolveHyperparameters(Json(R"({"l2": 1})"), algorithm),
              IsError(kInvalid, HasSubstr("hyperparameters.l2: mean has no hyperparameters")));
}

TEST(HyperparametersTest, KeysOfMapsHaveToNameWhatThereIs) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      Struct resolved,
      ResolveHyperparameters(Json(R"({"constraints": {"height": 1}, "weights": {"yes": 2}})"),
                             AllTypes()));
  EXPECT_THAT(CheckFeatureKeys(resolved, AllTypes(), Names({"height", "width"})), IsOk());
  EXPECT_THAT(CheckFeatureKeys(resolved, AllTypes(), Names({"heights"})),
              IsError(kInvalid, HasSubstr("hyperparameters.constraints: 'height' is not one of the "
                                          "features; did you mean 'heights'?")));
  EXPECT_THAT(CheckClassKeys(resolved, AllTypes(), Names({"no", "yes"})), IsOk());
  EXPECT_THAT(
      CheckClassKeys(resolved, AllTypes(), Names({"0", "1"})),
      IsError(kInvalid,
              HasSubstr("hyperparameters.weights: 'yes' is not one of the target's classes")));
}

TEST(SearchRangeTest, SaysWhatToDrawFrom) {
  const v1::Hyperparameter l2 =
      SearchLogarithmic(NumberParameter("l2", "P.", 1, {.min = 0, .max = 1e9}), 1e-4, 1e4);
  EXPECT_EQ(l2.search().min(), 1e-4);
  EXPECT_EQ(l2.search().max(), 1e4);
  EXPECT_TRUE(l2.search().logarithmic());
  EXPECT_FALSE(SearchUniform(l2, 0, 1).search().logarithmic());
  EXPECT_EQ(SearchAll(StringParameter("p", "P.", {"a", "b"})).search().values(1).string_value(),
            "b");
  EXPECT_EQ(SearchAll(BooleanParameter("p", "P.", false)).search().values_size(), 2);
}

// Whatever a search draws has to be allowed.
TEST(SearchRangeTest, OfEveryAlgorithm_IsWithinWhatIsAllowed) {
  for (const v1::Algorithm& algorithm : ListAlgorithms()) {
    for (const v1::Hyperparameter& parameter : algorithm.hyperparameters()) {
      EXPECT_THAT(CheckHyperparameter(parameter.default_value(), parameter), IsOk());
      std::vector<google::protobuf::Value> ends(parameter.search().values().begin(),
                                                parameter.search().values().end());
      if (parameter.has_search() && ends.empty()) {
        ends.resize(2);
        ends[0].set_number_value(parameter.search().min());
        ends[1].set_number_value(parameter.search().max());
        EXPECT_LT(parameter.search().min(), parameter.search().max()) << parameter.name();
        EXPECT_TRUE(parameter.search().min() > 0 || !parameter.search().logarithmic());
      }
      for (const auto& end : ends) {
        EXPECT_THAT(CheckHyperparameter(end, parameter), IsOk()) << algorithm.name();
      }
    }
  }
}

}  // namespace
}  // namespace serin
