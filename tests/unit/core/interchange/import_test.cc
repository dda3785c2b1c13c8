#include "core/interchange/import.h"

#include <string>

#include "core/base/sha256.h"
#include "core/bundle/bundle.h"
#include "tests/testing/small_model.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

// Log odds of the second class: -1 where f0 < 0.5, else 1.
constexpr char kStump[] = R"({"learner": {
    "feature_names": ["colour", "size"],
    "learner_model_param": {"base_score": "5E-1", "num_class": "0", "num_feature": "2"},
    "objective": {"name": "binary:logistic"},
    "gradient_booster": {"name": "gbtree", "model": {"tree_info": [0], "trees": [{
        "left_children": [1, -1, -1], "right_children": [2, -1, -1],
        "split_indices": [0, 0, 0], "split_conditions": [0.5, -1, 1],
        "default_left": [1, 0, 0], "sum_hessian": [9, 4, 5]}]}}},
    "version": [1, 7, 4]})";

TEST(ImportModelTest, ServesLikeAnyOther_AndSaysWhereItIsFrom) {
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::Bundle bundle, ImportModel(kStump, {}));

  SERIN_ASSERT_OK_AND_ASSIGN(const auto predictor, LoadPredictor(bundle));
  EXPECT_EQ(bundle.golden_rows().outputs_size(), 16 * 2);
  const v1::ModelVersion version = DescribeBundle(bundle);
  EXPECT_EQ(version.task(), v1::TASK_CLASSIFICATION);
  EXPECT_EQ(version.features().columns(1).name(), "size");
  EXPECT_EQ(version.target().name(), "prediction");
  EXPECT_THAT(version.classes(), ElementsAre("0", "1"));
  EXPECT_EQ(version.lineage().imported().format(), v1::MODEL_FORMAT_XGBOOST);
  EXPECT_EQ(version.lineage().imported().sha256(), Sha256Hex(kStump));
  EXPECT_EQ(version.lineage().imported().producer(), "xgboost 1.7.4");
}

TEST(ImportModelTest, TheSameFileGivesTheSameBundle) {
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::Bundle one, ImportModel(kStump, {}));
  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::Bundle other, ImportModel(kStump, {}));
  EXPECT_EQ(*EncodeBundle(one), *EncodeBundle(other));
}

v1::ImportSpec Names() {
  v1::ImportSpec spec;
  for (const auto& [name, type] :
       {std::pair("a", v1::COLUMN_TYPE_CATEGORY), std::pair("b", v1::COLUMN_TYPE_BOOLEAN)}) {
    v1::ColumnSchema& column = *spec.mutable_features()->add_columns();
    column.set_name(name);
    column.set_type(type);
  }
  v1::FeatureCategories& categories = *spec.add_categories();
  categories.set_feature("a");
  categories.add_categories("red");
  categories.add_categories("blue");
  spec.set_target("bought");
  spec.add_classes("no");
  spec.add_classes("yes");
  return spec;
}

TEST(ImportModelTest, TakesNamesTypesAndCategoriesFromTheCaller) {
  SERIN_ASSERT_OK_AND_ASSIGN(internal::v1::Bundle bundle, ImportModel(kStump, Names()));
  SERIN_ASSERT_OK_AND_ASSIGN(const auto predictor, LoadPredictor(bundle));
  Table rows = {{ColumnData{"a", v1::COLUMN_TYPE_CATEGORY, {}, {0, 1}, {"red", "blue"}},
                 ColumnData{"b", v1::COLUMN_TYPE_BOOLEAN, {1, 0}, {}, {}}}};

  SERIN_ASSERT_OK_AND_ASSIGN(const Scores scores, predictor->Score(rows));

  EXPECT_LT(scores.values[1], 0.3);  // red is the code 0, below 0.5.
  EXPECT_GT(scores.values[3], 0.7);
  EXPECT_EQ(bundle.predictor().target().name(), "bought");
  EXPECT_THAT(bundle.predictor().classes(), ElementsAre("no", "yes"));
}

TEST(ImportModelTest, RefusesASpecThatDoesNotGoWithTheFile_NamingTheField) {
  v1::ImportSpec spec = Names();
  spec.add_classes("maybe");
  EXPECT_THAT(ImportModel(kStump, spec), IsError(kInvalid, HasSubstr("classes: must name the 2")));
  spec = Names();
  spec.mutable_features()->mutable_columns()->RemoveLast();
  EXPECT_THAT(ImportModel(kStump, spec), IsError(kInvalid, HasSubstr("the 2 features")));
  spec = Names();
  spec.clear_categories();
  EXPECT_THAT(ImportModel(kStump, spec),
              IsError(kInvalid, HasSubstr("features.columns[0].type: is CATEGORY")));
  spec = Names();
  spec.clear_features();
  spec.mutable_categories(0)->set_feature("c");
  EXPECT_THAT(ImportModel(kStump, spec), IsError(kInvalid, HasSubstr("is 'c'")));
  spec.mutable_categories(0)->set_feature("size");
  *spec.add_categories() = spec.categories(0);
  EXPECT_THAT(ImportModel(kStump, spec),
              IsError(kInvalid, HasSubstr("categories[1].feature: must be a feature, each once")));
  spec = Names();
  spec.mutable_features()->mutable_columns(1)->set_type(v1::COLUMN_TYPE_TEXT);
  EXPECT_THAT(ImportModel(kStump, spec), IsError(kInvalid, HasSubstr("columns[1].type")));
}

TEST(ImportModelTest, ABundleStaysWhatItIs) {
  SERIN_ASSERT_OK_AND_ASSIGN(const std::string file, EncodeBundle(SmallBundle()));

  SERIN_ASSERT_OK_AND_ASSIGN(const internal::v1::Bundle bundle, ImportModel(file, {}));

  EXPECT_EQ(*EncodeBundle(bundle), file);
  EXPECT_THAT(ImportModel(file, Names()), IsError(kInvalid, HasSubstr("none may be given")));
  EXPECT_THAT(ImportModel(file.substr(0, file.size() - 1), {}),
              IsError(kInvalid, HasSubstr("bundle: byte")));
}

TEST(ImportModelTest, RefusesFilesOfNoFormatThatItKnows) {
  EXPECT_THAT(ImportModel("PK\x03\x04", {}), IsError(kInvalid, HasSubstr("format: must be given")));
  EXPECT_THAT(ImportModel("", {}), IsError(kInvalid, HasSubstr("format: must be given")));
}

TEST(ImportModelTest, RefusesNamesThatAreNotUtf8) {
  std::string file = kStump;
  file.replace(file.find("colour"), 6, "\xff\xfe\xfd\xfc\xfb\xfa");
  EXPECT_EQ(ImportModel(file, {}).status().code(), kInvalid);
}

TEST(ImportModelTest, RefusesWhatNoAnswerCouldShow) {
  internal::v1::Bundle bundle = SmallBundle();
  bundle.add_warnings(std::string(5 << 20, 'x'));
  EXPECT_THAT(ImportModel(EncodeBundle(bundle).value(), {}),
              IsError(kInvalid, HasSubstr("at most 4194304 are allowed")));
}

TEST(ImportModelTest, RefusesABundleThatWouldFillTheMemory) {
  // Of two bytes each.
  internal::v1::Bundle bundle = SmallBundle();
  for (int i = 0; i < 4'000'000; ++i) bundle.mutable_predictor()->mutable_pipeline()->add_columns();
  EXPECT_THAT(ImportModel(EncodeBundle(bundle).value(), {}),
              IsError(kInvalid, HasSubstr("bundle: the payload would take more than")));
}

}  // namespace
}  // namespace serin
