#include "core/interchange/category_codes.h"

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using internal::v1::Tree;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Three splits, by codes below 1.5, by the set of the codes 0 and 2, and by another feature.
internal::v1::Predictor Model() {
  internal::v1::Predictor model;
  model.mutable_features()->add_columns()->set_name("colour");
  model.mutable_features()->add_columns()->set_name("size");
  for (int i = 0; i < 2; ++i) {
    model.mutable_pipeline()->add_columns()->mutable_numeric()->set_scale(1);
  }
  Tree& tree = *model.mutable_trees()->add_trees();
  tree.mutable_features()->Add(0), tree.mutable_features()->Add(0), tree.add_features(1);
  for (int leaf = 0; leaf < 4; ++leaf) tree.add_features(0);
  for (const float threshold : {1.5f, 0.0f, 3.25f, 1.0f, 2.0f, 3.0f, 4.0f}) {
    tree.add_thresholds(threshold);
  }
  for (const int left : {1, 3, 5, -1, -1, -1, -1}) tree.add_left_children(left);
  for (const int right : {2, 4, 6, -1, -1, -1, -1}) tree.add_right_children(right);
  tree.add_category_nodes(1);
  tree.add_category_begins(0);
  tree.add_categories(0);
  tree.add_categories(2);
  return model;
}

TEST(UseCategoriesTest, RenumbersSetsAndMakesSetsOfThresholds) {
  internal::v1::Predictor model = Model();

  ASSERT_THAT(UseCategories(0, {"red", "blue", "green"}, &model), IsOk());

  EXPECT_EQ(model.features().columns(0).type(), v1::COLUMN_TYPE_CATEGORY);
  EXPECT_THAT(model.pipeline().columns(0).category_code().categories(),
              ElementsAre("blue", "green", "red"));
  const Tree& tree = model.trees().trees(0);
  EXPECT_THAT(tree.category_nodes(), ElementsAre(0, 1));
  EXPECT_THAT(tree.category_begins(), ElementsAre(0, 1));
  // Right of 1.5 is the code 2, green; in the set are red and green.
  EXPECT_THAT(tree.categories(), ElementsAre(1, 1, 2));
  EXPECT_EQ(tree.thresholds(2), 3.25f);
}

TEST(UseCategoriesTest, RefusesACategoryTwice) {
  internal::v1::Predictor model = Model();
  EXPECT_THAT(UseCategories(0, {"red", "blue", "red"}, &model),
              IsError(absl::StatusCode::kInvalidArgument, HasSubstr("'red' twice")));
}

TEST(UseCategoriesTest, RefusesModelsThatAreNoTrees) {
  internal::v1::Predictor model = Model();
  model.mutable_linear();
  EXPECT_THAT(UseCategories(0, {"red"}, &model),
              IsError(absl::StatusCode::kUnimplemented, HasSubstr("trees only")));
}

TEST(CheckCategoryWorkTest, RefusesWhatWouldTakeMinutes) {
  const internal::v1::Predictor model = Model();
  EXPECT_THAT(CheckCategoryWork(100'000'000, model.trees()), IsOk());
  EXPECT_THAT(CheckCategoryWork(1'000'000'000, model.trees()),
              IsError(absl::StatusCode::kUnimplemented, HasSubstr("trees of 7 nodes")));
  EXPECT_THAT(CheckCategoryWork(1'000'000'000, {}), IsOk());
}

TEST(UseCategoriesTest, SetsOfAllFeaturesTogetherAreBounded) {
  internal::v1::Predictor model = Model();
  Tree& tree = *model.mutable_trees()->mutable_trees(0);
  // Another feature's: 2^26 less one.
  tree.mutable_categories()->Resize((1 << 26) - 1, 0);
  EXPECT_THAT(UseCategories(1, {"small", "large"}, &model),
              IsError(absl::StatusCode::kUnimplemented, HasSubstr("splits by 2 categories")));
}

}  // namespace
}  // namespace serin
