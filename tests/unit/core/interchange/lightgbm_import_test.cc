#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "core/engine/predictor.h"
#include "core/interchange/lightgbm_model.h"
#include "tests/testing/status_matchers.h"

// The files here are written as LightGBM 3.3 writes them, and small enough to be worked out by hand
// from its documentation and its Tree::NumericalDecision and Tree::CategoricalDecision.

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kUnimplemented = absl::StatusCode::kUnimplemented;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// size <= 2.5: 0.5, NaN to the right; else colour in {1, 33}: -0.25; else 1.
constexpr char kTwoSplits[] = R"(tree
version=v3
num_class=1
num_tree_per_iteration=1
label_index=0
max_feature_idx=1
objective=OBJECTIVE
feature_names=size colour
feature_infos=[0:10] 0:1:33
tree_sizes=400

Tree=0
num_leaves=3
num_cat=1
split_feature=0 1
split_gain=2 1
threshold=2.5000000000000004 0
decision_type=8 1
left_child=-1 -2
right_child=1 -3
leaf_value=0.5 -0.25 1
leaf_weight=10 7 3
leaf_count=10 7 3
internal_value=0 0
internal_weight=0 10
internal_count=20 10
cat_boundaries=0 2
cat_threshold=2 2
is_linear=0
shrinkage=1


end of trees

feature_importances:
size=1
colour=1

parameters:
[boosting: gbdt]
end of parameters

pandas_categorical:null
)";

std::string With(std::vector<std::pair<std::string, std::string>> changes,
                 const std::string& objective = "regression") {
  changes.emplace_back("OBJECTIVE", objective);
  return absl::StrReplaceAll(kTwoSplits, changes);
}

absl::StatusOr<std::vector<double>> Score(const std::string& file, std::vector<double> size,
                                          std::vector<double> colour) {
  absl::StatusOr<ImportedModel> model = ImportLightgbm(file);
  if (!model.ok()) return model.status();
  model->predictor.mutable_target()->set_name("y");
  const auto predictor = Predictor::Create(model->predictor);
  if (!predictor.ok()) return predictor.status();
  const Table rows = {{ColumnData{"size", v1::COLUMN_TYPE_NUMBER, std::move(size), {}, {}},
                       ColumnData{"colour", v1::COLUMN_TYPE_NUMBER, std::move(colour), {}, {}}}};
  const auto scores = (*predictor)->Score(rows);
  if (!scores.ok()) return scores.status();
  return scores->values;
}

TEST(ImportLightgbmTest, GoesLeftUpToTheThresholdAndWithinTheSet) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const std::vector<double> scores,
      Score(With({}), {2, 2.5, 2.51, 3, 3, 3, 3, 3}, {0, 0, 0, 1, 33, 33.9, 32, -1}));
  EXPECT_THAT(scores, ElementsAre(0.5, 0.5, 1, -0.25, -0.25, -0.25, 1, 1));
}

TEST(ImportLightgbmTest, MissingGoesAsTheSplitSays) {
  // Missing type NaN: to the right, or by default to the left. Categories: out of the set.
  SERIN_ASSERT_OK_AND_ASSIGN(const auto right, Score(With({}), {kNaN, kNaN}, {1, kNaN}));
  EXPECT_THAT(right, ElementsAre(-0.25, 1));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto left,
                             Score(With({{"type=8 1", "type=10 1"}}), {kNaN}, {1}));
  EXPECT_THAT(left, ElementsAre(0.5));
  // Missing type None: as 0, here and where that is beyond the threshold.
  SERIN_ASSERT_OK_AND_ASSIGN(const auto zero, Score(With({{"type=8 1", "type=0 1"}}), {kNaN}, {1}));
  EXPECT_THAT(zero, ElementsAre(0.5));
  SERIN_ASSERT_OK_AND_ASSIGN(
      const auto beyond,
      Score(With({{"type=8 1", "type=2 1"}, {"2.5000000000000004", "-1"}}), {kNaN}, {1}));
  EXPECT_THAT(beyond, ElementsAre(-0.25));
}

TEST(ImportLightgbmTest, ZerosThatAreMissingGoWhereZeroGoes_OrAreRefused) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto scores,
                             Score(With({{"type=8 1", "type=6 1"}}), {0, kNaN}, {1, 1}));
  EXPECT_THAT(scores, ElementsAre(0.5, 0.5));
  EXPECT_THAT(ImportLightgbm(With({{"type=8 1", "type=4 1"}})),
              IsError(kUnimplemented, HasSubstr("zero_as_missing")));
}

TEST(ImportLightgbmTest, AppliesWhatTheObjectiveMakesOfSums) {
  const auto score = [](const std::string& objective) {
    return Score(With({}, objective), {2}, {0});
  };
  SERIN_ASSERT_OK_AND_ASSIGN(const auto binary, score("binary sigmoid:0.5"));
  EXPECT_NEAR(binary[1], 1 / (1 + std::exp(-0.25)), 1e-12);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto poisson, score("poisson"));
  EXPECT_NEAR(poisson[0], std::exp(0.5), 1e-12);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto share, score("cross_entropy"));
  EXPECT_NEAR(share[0], 1 / (1 + std::exp(-0.5)), 1e-12);
  EXPECT_THAT(score("multiclassova num_class:3 sigmoid:1"),
              IsError(kUnimplemented, HasSubstr("'multiclassova'")));
  EXPECT_THAT(score("regression sqrt"), IsError(kUnimplemented, HasSubstr("sqrt")));
  EXPECT_THAT(score("binary sigmoid:-1"), IsError(kInvalid, HasSubstr("sigmoid above 0")));
}

// The same tree `copies` times.
std::string Repeated(int copies, const std::string& file) {
  const size_t begin = file.find("Tree=0");
  const size_t end = file.find("end of trees");
  std::string trees;
  for (int i = 0; i < copies; ++i) absl::StrAppend(&trees, file.substr(begin, end - begin));
  return file.substr(0, begin) + trees + file.substr(end);
}

TEST(ImportLightgbmTest, AForestAveragesItsTrees) {
  const std::string forest =
      Repeated(4, With({{"feature_names", "average_output\nfeature_names"}}));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto scores, Score(forest, {2, 3}, {0, 1}));
  EXPECT_THAT(scores, ElementsAre(0.5, -0.25));
}

TEST(ImportLightgbmTest, RefusesOldForestsThatMayAverageEither) {
  const std::string forest =
      With({{"feature_names", "average_output\nfeature_names"}, {"version=v3", "version=v2"}},
           "binary sigmoid:1");
  EXPECT_THAT(ImportLightgbm(forest), IsError(kUnimplemented, HasSubstr("format v3")));
}

TEST(ImportLightgbmTest, ClassesTakeTheirTreesInTurn) {
  const std::string three = Repeated(
      3,
      With({{"num_tree_per_iteration=1", "num_tree_per_iteration=3"}}, "multiclass num_class:3"));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto scores, Score(three, {2}, {0}));
  EXPECT_THAT(scores, ::testing::Each(::testing::DoubleNear(1.0 / 3, 1e-15)));

  EXPECT_THAT(ImportLightgbm(With({{"num_tree_per_iteration=1", "num_tree_per_iteration=3"}},
                                  "multiclass num_class:3")),
              IsError(kInvalid, HasSubstr("does not divide the 1 trees")));
}

TEST(ImportLightgbmTest, ATreeMayBeALeaf) {
  const std::string file =
      "tree\nmax_feature_idx=0\nfeature_names=x\n\nTree=0\nnum_leaves=1\nnum_cat=0\n"
      "split_feature=\nthreshold=\ndecision_type=\nleft_child=\nright_child=\nleaf_value=7\n\n"
      "end of trees\n";
  SERIN_ASSERT_OK_AND_ASSIGN(const ImportedModel model, ImportLightgbm(file));
  EXPECT_THAT(model.predictor.trees().trees(0).thresholds(), ElementsAre(7));
}

TEST(ImportLightgbmTest, KnowsCategoriesAndCoversThatTheFileHas) {
  SERIN_ASSERT_OK_AND_ASSIGN(
      const ImportedModel model,
      ImportLightgbm(With({{"categorical:null", R"(categorical:[["red", "blue"]])"},
                           {"cat_threshold=2 2", "cat_threshold=2 0"}})));

  EXPECT_EQ(model.predictor.features().columns(1).type(), v1::COLUMN_TYPE_CATEGORY);
  EXPECT_THAT(model.predictor.pipeline().columns(1).category_code().categories(),
              ElementsAre("blue", "red"));
  // blue, whose code was 1 and is 0.
  EXPECT_THAT(model.predictor.trees().trees(0).categories(), ElementsAre(0));
  EXPECT_THAT(model.predictor.trees().trees(0).covers(), ElementsAre(20, 10, 10, 3, 7));
}

TEST(ImportLightgbmTest, RefusesWhatIsNoModel_NamingTheTreeAndTheLine) {
  const auto refused = [](std::vector<std::pair<std::string, std::string>> change,
                          const std::string& what) {
    EXPECT_THAT(ImportLightgbm(With(std::move(change))), IsError(kInvalid, HasSubstr(what)));
  };
  refused({{"end of trees", ""}}, "not whole");
  refused({{"threshold=2.5000000000000004 0", "threshold=2.5"}},
          "tree 0: threshold has not 2 numbers");
  refused({{"threshold=2.5000000000000004", "threshold=two"}}, "'two' is no number");
  refused({{"right_child=1 -3", "right_child=0 -3"}}, "forms no tree");
  refused({{"right_child=1 -3", "right_child=7 -3"}}, "split 7 of 2");
  refused({{"right_child=1 -3", "right_child=1 -9"}}, "leaf 8 of 3");
  refused({{"cat_boundaries=0 2", "cat_boundaries=0 3"}}, "has not 3 numbers");
  refused({{"2.5000000000000004 0", "2.5 1"}}, "no set 1 of categories");
  refused({{"max_feature_idx=1", "max_feature_idx=2000000000"}}, "max_feature_idx is");
  refused({{"feature_names=size colour", "feature_names=size"}}, "1 names for 2 features");
  EXPECT_THAT(ImportLightgbm("forest\n"), IsError(kInvalid, HasSubstr("line 1")));
  EXPECT_THAT(ImportLightgbm(With({{"is_linear=0", "is_linear=1"}})),
              IsError(kUnimplemented, HasSubstr("linear trees")));
}

// Of thresholds that single precision rounds up (0.3), down (0.7), or not at all.
TEST(ImportLightgbmTest, NumbersOnTheThresholdGoLeft_AndTheNextThatSinglePrecisionTellsApartRight) {
  for (const double threshold : {0.3, 0.7, -0.3, -0.7, 1e-3, 2.5, 123456.789, 16777217.0}) {
    const std::string file =
        With({{"threshold=2.5000000000000004", absl::StrFormat("threshold=%.17g", threshold)}});
    const auto rounded = static_cast<float>(threshold);
    const double next = std::nextafter(rounded, std::numeric_limits<float>::infinity());
    const double before = std::nextafter(rounded, -std::numeric_limits<float>::infinity());
    const double just_below = std::nextafter(threshold, -1e9);
    SERIN_ASSERT_OK_AND_ASSIGN(
        const std::vector<double> scores,
        Score(file, {threshold, just_below, before, next, next + 1}, {0, 0, 0, 0, 0}));
    EXPECT_THAT(scores, ElementsAre(0.5, 0.5, 0.5, 1, 1)) << threshold;
  }
}

TEST(ImportLightgbmTest, WhatIsAboveAThresholdByLessThanSinglePrecisionHas_IsOnIt) {
  // As documented: LightGBM sends both to the right.
  SERIN_ASSERT_OK_AND_ASSIGN(
      const std::vector<double> scores,
      Score(With({{"threshold=2.5000000000000004", "threshold=0.29999999999999999"}}),
            {static_cast<float>(0.3), 0.30000000000000004}, {0, 0}));
  EXPECT_THAT(scores, ElementsAre(0.5, 0.5));
}

TEST(ImportLightgbmTest, RefusesMoreKeysThanLightgbmWrites) {
  std::string keys = "version=v3\n";
  for (int i = 0; i < 300; ++i) absl::StrAppend(&keys, "key", i, "\n");
  EXPECT_THAT(ImportLightgbm(With({{"version=v3\n", keys}})).status(),
              IsError(kInvalid, HasSubstr("head: 'key255' is one key more than the 256")));
}

}  // namespace
}  // namespace serin
