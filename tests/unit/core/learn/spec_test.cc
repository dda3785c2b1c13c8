#include "core/learn/spec.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "core/learn/algorithms.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

v1::Schema FlowerSchema() {
  v1::Schema schema;
  const auto add = [&](const char* name, v1::ColumnType type) {
    v1::ColumnSchema* column = schema.add_columns();
    column->set_name(name);
    column->set_type(type);
  };
  add("petal_length", v1::COLUMN_TYPE_NUMBER);
  add("color", v1::COLUMN_TYPE_CATEGORY);
  add("wild", v1::COLUMN_TYPE_BOOLEAN);
  add("notes", v1::COLUMN_TYPE_TEXT);
  add("seen", v1::COLUMN_TYPE_TIMESTAMP);
  add("species", v1::COLUMN_TYPE_CATEGORY);
  return schema;
}

v1::TrainingSpec Spec(const std::string& algorithm, const std::string& target) {
  v1::TrainingSpec spec;
  spec.set_algorithm(algorithm);
  spec.set_target(target);
  return spec;
}

google::protobuf::Value& Set(v1::TrainingSpec& spec, const std::string& name) {
  return (*spec.mutable_hyperparameters()->mutable_fields())[name];
}

TEST(ResolveSpecTest, SpellsOutEveryDefault) {
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::TrainingSpec spec,
                             ResolveSpec(Spec("logistic_regression", "species"), FlowerSchema()));

  EXPECT_EQ(spec.task(), v1::TASK_CLASSIFICATION);
  EXPECT_EQ(spec.holdout_fraction(), 0.2);
  EXPECT_THAT(spec.features(), ElementsAre("petal_length", "color", "wild", "seen"));
  EXPECT_EQ(spec.hyperparameters().fields().at("l2").number_value(), 1);
  EXPECT_EQ(spec.hyperparameters().fields().at("max_iterations").number_value(), 1000);
}

TEST(ResolveSpecTest, KeepsWhatIsGiven_AndResolvesToItself) {
  v1::TrainingSpec given = Spec("gradient_boosting", "species");
  given.set_dataset("datasets/flowers/versions/3");
  given.set_holdout_fraction(0);
  given.set_seed(17);
  given.add_features("color");
  Set(given, "max_depth").set_number_value(5);

  SERIN_ASSERT_OK_AND_ASSIGN(const v1::TrainingSpec once, ResolveSpec(given, FlowerSchema()));
  SERIN_ASSERT_OK_AND_ASSIGN(const v1::TrainingSpec twice, ResolveSpec(once, FlowerSchema()));

  EXPECT_EQ(once.dataset(), "datasets/flowers/versions/3");
  EXPECT_EQ(once.holdout_fraction(), 0);
  EXPECT_EQ(once.seed(), 17u);
  EXPECT_THAT(once.features(), ElementsAre("color"));
  EXPECT_EQ(once.hyperparameters().fields().at("max_depth").number_value(), 5);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(once, twice));
}

TEST(ResolveSpecTest, TheTaskFollowsFromTargetAndAlgorithm) {
  const auto task = [](const char* algorithm, const char* target) {
    return ResolveSpec(Spec(algorithm, target), FlowerSchema())->task();
  };
  EXPECT_EQ(task("gradient_boosting", "petal_length"), v1::TASK_REGRESSION);
  EXPECT_EQ(task("gradient_boosting", "seen"), v1::TASK_REGRESSION);
  EXPECT_EQ(task("gradient_boosting", "wild"), v1::TASK_CLASSIFICATION);
  EXPECT_EQ(task("logistic_regression", "petal_length"), v1::TASK_CLASSIFICATION);
  EXPECT_EQ(task("ridge_regression", "petal_length"), v1::TASK_REGRESSION);
}

struct BadSpec {
  std::string message;
  std::function<void(v1::TrainingSpec&)> change;
};

void ExpectRefused(const v1::TrainingSpec& good, const std::vector<BadSpec>& cases) {
  ASSERT_THAT(ResolveSpec(good, FlowerSchema()), IsOk());
  for (const BadSpec& bad : cases) {
    v1::TrainingSpec spec = good;
    bad.change(spec);
    EXPECT_THAT(ResolveSpec(spec, FlowerSchema()), IsError(kInvalid, HasSubstr(bad.message)));
  }
}

TEST(ResolveSpecTest, RefusesUnknownNames_SayingWhichThereAre) {
  using Spec = v1::TrainingSpec;
  ExpectRefused(
      ::serin::Spec("gradient_boosting", "species"),
      {{"algorithm: is required; there are auto, ", [](Spec& s) { s.clear_algorithm(); }},
       {"algorithm: there is no algorithm 'gradient_bosting'",
        [](Spec& s) { s.set_algorithm("gradient_bosting"); }},
       {"did you mean 'gradient_boosting'?", [](Spec& s) { s.set_algorithm("gradient_bosting"); }},
       {"target: is required", [](Spec& s) { s.clear_target(); }},
       {"target: the dataset has no column 'specie'; it has petal_length, color, wild, notes, "
        "seen, species; did you mean 'species'?",
        [](Spec& s) { s.set_target("specie"); }},
       {"features[0]: the dataset has no column 'aaaa",
        [](Spec& s) { s.add_features(std::string(5000, 'a')); }},
       {"hyperparameters.depth: is no hyperparameter of gradient_boosting; there are rounds, "
        "learning_rate, ",
        [](Spec& s) { Set(s, "depth").set_number_value(1); }}});
}

// Errors travel in HTTP/2 headers of at most 8 KB, three times over.
TEST(ResolveSpecTest, ErrorsStayShort_AndUtf8_WhateverTheNames) {
  v1::Schema schema;
  for (int i = 0; i < 2000; ++i) {
    schema.add_columns()->set_name(std::to_string(i) + std::string(250, 'x'));
  }
  std::string name = "a";
  for (int i = 0; i < 1000; ++i) name += "ö";  // Byte 64 is in the middle of one.
  const absl::Status error = ResolveSpec(Spec("gradient_boosting", name), schema).status();
  EXPECT_THAT(error, IsError(kInvalid, HasSubstr("öö...' (2001 bytes); it has 0x")));
  EXPECT_THAT(error, IsError(kInvalid, HasSubstr("x and 1999 more")));
  EXPECT_LT(error.message().size(), 600u);

  v1::TrainingSpec unknown = Spec("gradient_boosting", "species");
  Set(unknown, std::string(5000, 'a')).set_number_value(1);
  EXPECT_LT(ResolveSpec(unknown, FlowerSchema()).status().message().size(), 400u);
}

TEST(ResolveSpecTest, RefusesColumnsThatCannotPlayTheirPart) {
  using Spec = v1::TrainingSpec;
  ExpectRefused(
      ::serin::Spec("gradient_boosting", "species"),
      {{"target: column 'notes' is free text", [](Spec& s) { s.set_target("notes"); }},
       {"features[1]: 'species' is the target",
        [](Spec& s) { s.add_features("color"), s.add_features("species"); }},
       {"features[1]: names 'color' again",
        [](Spec& s) { s.add_features("color"), s.add_features("color"); }},
       {"features[0]: column 'notes' is free text", [](Spec& s) { s.add_features("notes"); }},
       {"target: column 'species' is of type category, which regression cannot predict",
        [](Spec& s) { s.set_task(v1::TASK_REGRESSION); }},
       {"target: column 'species' is of type category",
        [](Spec& s) { s.set_algorithm("ridge_regression"); }},
       {"target: column 'seen' is of type timestamp, which classification cannot predict",
        [](Spec& s) { s.set_target("seen"), s.set_task(v1::TASK_CLASSIFICATION); }},
       {"task: logistic_regression does no regression; use ",
        [](Spec& s) { s.set_algorithm("logistic_regression"), s.set_task(v1::TASK_REGRESSION); }}});
}

TEST(ResolveSpecTest, RefusesValuesOutOfRange_SayingTheRange) {
  using Spec = v1::TrainingSpec;
  ExpectRefused(
      ::serin::Spec("gradient_boosting", "species"),
      {{"hyperparameters.learning_rate: must be greater than 0 and at most 1, is -1",
        [](Spec& s) { Set(s, "learning_rate").set_number_value(-1); }},
       {"learning_rate: must be greater than 0",
        [](Spec& s) { Set(s, "learning_rate").set_number_value(0); }},
       {"learning_rate: must be greater than 0",
        [](Spec& s) { Set(s, "learning_rate").set_number_value(kNaN); }},
       {"rounds: must be at least 1 and at most 10000",
        [](Spec& s) { Set(s, "rounds").set_number_value(1e9); }},
       {"max_depth: must be a whole number, is 2.5",
        [](Spec& s) { Set(s, "max_depth").set_number_value(2.5); }},
       {"max_depth: must be a number", [](Spec& s) { Set(s, "max_depth").set_string_value("3"); }},
       {"max_depth: must be a number", [](Spec& s) { Set(s, "max_depth"); }},
       {"holdout_fraction: must be at least 0 and at most 0.5, is 0.6",
        [](Spec& s) { s.set_holdout_fraction(0.6); }},
       {"holdout_fraction: must be", [](Spec& s) { s.set_holdout_fraction(-0.1); }},
       {"holdout_fraction: must be", [](Spec& s) { s.set_holdout_fraction(kNaN); }}});
}

TEST(ResolveSpecTest, RefusesADatasetWithNothingToLearnFrom) {
  v1::Schema schema = FlowerSchema();
  schema.mutable_columns()->DeleteSubrange(0, 3);  // notes, seen and species are left.
  schema.mutable_columns()->DeleteSubrange(1, 1);  // notes and species.
  EXPECT_THAT(ResolveSpec(Spec("gradient_boosting", "species"), schema),
              IsError(kInvalid, HasSubstr("features: there are none")));
}

TEST(ListAlgorithmsTest, DescribesEveryAlgorithmInFull) {
  std::vector<std::string> names;
  for (const v1::Algorithm& algorithm : ListAlgorithms()) {
    names.push_back(algorithm.name());
    EXPECT_NE(algorithm.description(), "") << algorithm.name();
    EXPECT_NE(algorithm.reference(), "") << algorithm.name();
    EXPECT_FALSE(algorithm.tasks().empty()) << algorithm.name();
    for (const v1::Hyperparameter& parameter : algorithm.hyperparameters()) {
      EXPECT_NE(parameter.description(), "") << parameter.name();
    }
  }
  EXPECT_THAT(names, IsSupersetOf({"gradient_boosting", "logistic_regression", "majority", "mean",
                                   "ridge_regression"}));
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

}  // namespace
}  // namespace serin
