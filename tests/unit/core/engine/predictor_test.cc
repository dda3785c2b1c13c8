#include "core/engine/predictor.h"

#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <string>

#include "core/engine/link.h"
#include "tests/testing/small_model.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ModelChange = std::function<void(internal::v1::Predictor&)>;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Rows of the small models; a code of -1 is a missing category.
Table Rows(std::vector<double> x, std::vector<int32_t> c) {
  return {{ColumnData{"x", v1::COLUMN_TYPE_NUMBER, std::move(x), {}, {}},
           ColumnData{"c", v1::COLUMN_TYPE_CATEGORY, {}, std::move(c), {"red", "blue", "green"}}}};
}

TEST(PredictorTest, Linear_IsWhatTheWeightsSay) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto predictor, Predictor::Create(SmallLinearModel()));

  SERIN_ASSERT_OK_AND_ASSIGN(const Scores scores,
                             predictor->Score(Rows({3, kNaN, -1, 0}, {0, 1, -1, 2})));

  EXPECT_EQ(scores.row_count, 4u);
  EXPECT_EQ(scores.output_count, 1u);
  EXPECT_THAT(scores.values, ElementsAre(24.5, 10.5, -3.5, -1.5));
  EXPECT_THAT(scores.unseen, ElementsAre(UnseenCategory{3, 1}));
}

TEST(PredictorTest, Trees_GoLeftBelowTheThresholdAndWhereMissing) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto predictor, Predictor::Create(SmallTreeModel()));

  SERIN_ASSERT_OK_AND_ASSIGN(const Scores scores,
                             predictor->Score(Rows({4.99, 5, kNaN, 9}, {1, 1, 0, 0})));

  EXPECT_EQ(scores.output_count, 2u);
  EXPECT_THAT(scores.values,
              ElementsAre(Logistic(1), Logistic(-1), Logistic(-1), Logistic(1), Logistic(0.5),
                          Logistic(-0.5), Logistic(-1.5), Logistic(1.5)));
}

TEST(PredictorTest, RefusesTheLinkOfARegressionInAClassification) {
  internal::v1::Predictor model = SmallTreeModel();
  for (const auto link :
       {internal::v1::TreeEnsemble::LINK_LOGISTIC, internal::v1::TreeEnsemble::LINK_EXP}) {
    model.mutable_trees()->set_link(link);
    EXPECT_THAT(Predictor::Create(model), IsError(kInvalid, HasSubstr("link of a regression")));
  }
}

TEST(PredictorTest, ARowsAnswerDoesNotDependOnTheOthers) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto predictor, Predictor::Create(SmallTreeModel()));
  std::mt19937 random(3);
  Table many = Rows({}, {});
  for (int row = 0; row < 1000; ++row) {
    many.columns[0].numbers.push_back(random() % 11);
    many.columns[1].codes.push_back(static_cast<int32_t>(random() % 4) - 1);
  }
  SERIN_ASSERT_OK_AND_ASSIGN(const Scores together, predictor->Score(many));

  for (size_t row = 0; row < many.row_count(); ++row) {
    const Table one = Rows({many.columns[0].numbers[row]}, {many.columns[1].codes[row]});
    SERIN_ASSERT_OK_AND_ASSIGN(const Scores alone, predictor->Score(one));
    ASSERT_EQ(alone.values[0], together.values[2 * row]);
    ASSERT_EQ(alone.values[1], together.values[2 * row + 1]);
  }
}

TEST(PredictorTest, NoRows_AreAnsweredWithNone) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto predictor, Predictor::Create(SmallLinearModel()));
  SERIN_ASSERT_OK_AND_ASSIGN(const Scores scores, predictor->Score(Rows({}, {})));
  EXPECT_THAT(scores.values, IsEmpty());
}

TEST(PredictorTest, HugeNumbersGiveProbabilitiesAndNotNan) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto predictor, Predictor::Create(SmallTreeModel()));
  SERIN_ASSERT_OK_AND_ASSIGN(const Scores scores, predictor->Score(Rows({1e308, -1e308}, {1, 1})));
  EXPECT_THAT(scores.values, ElementsAre(Logistic(-1), Logistic(1), Logistic(1), Logistic(-1)));
}

TEST(PredictorTest, RefusesRowsOfOtherColumns) {
  SERIN_ASSERT_OK_AND_ASSIGN(const auto predictor, Predictor::Create(SmallLinearModel()));
  Table fewer = Rows({1}, {0});
  fewer.columns.pop_back();
  Table swapped = Rows({1}, {0});
  std::swap(swapped.columns[0], swapped.columns[1]);

  EXPECT_THAT(predictor->Score(fewer),
              IsError(kInvalid, HasSubstr("takes 2 columns, there are 1")));
  EXPECT_THAT(predictor->Score(swapped), IsError(kInvalid, HasSubstr("column 'x'")));
  EXPECT_THAT(predictor->Score(Rows({1, 2}, {0})), IsError(kInvalid, HasSubstr("column 'c'")));
}

// Models as they could come out of a file that somebody has tampered with.
struct BadModel {
  const char* name;
  const char* message;
  ModelChange change;
};

void ExpectRefused(const internal::v1::Predictor& good, const std::vector<BadModel>& cases) {
  ASSERT_THAT(Predictor::Create(good), IsOk());
  for (const BadModel& bad : cases) {
    internal::v1::Predictor model = good;
    bad.change(model);
    EXPECT_THAT(Predictor::Create(model), IsError(kInvalid, HasSubstr(bad.message))) << bad.name;
  }
}

TEST(PredictorCreateTest, RefusesModelsThatContradictThemselves) {
  using Model = internal::v1::Predictor;
  ExpectRefused(
      SmallTreeModel(),
      {{"empty", "no features", [](Model& m) { m.Clear(); }},
       {"no task", "no task", [](Model& m) { m.clear_task(); }},
       {"no target", "no target", [](Model& m) { m.clear_target(); }},
       {"one class", "fewer than two classes", [](Model& m) { m.mutable_classes()->RemoveLast(); }},
       {"same class", "a class twice", [](Model& m) { m.set_classes(0, "yes"); }},
       {"third class", "base scores for a model that has 3",
        [](Model& m) { m.add_classes("perhaps"); }},
       {"same feature", "two features are named",
        [](Model& m) { m.mutable_features()->mutable_columns(1)->set_name("x"); }},
       {"classes of numbers", "its task is regression",
        [](Model& m) { m.set_task(v1::TASK_REGRESSION); }},
       {"no estimator", "no estimator", [](Model& m) { m.clear_trees(); }},
       {"gaps", "that leave gaps", [](Model& m) { m.mutable_linear()->add_intercepts(0); }}});
}

TEST(PredictorCreateTest, RefusesLinearEstimatorsOfTheWrongSize) {
  using Model = internal::v1::Predictor;
  ExpectRefused(
      SmallLinearModel(),
      {{"weights", "4 weights for 1 outputs of 3 inputs",
        [](Model& m) { m.mutable_linear()->add_weights(1); }},
       {"intercepts", "2 intercepts", [](Model& m) { m.mutable_linear()->add_intercepts(1); }},
       {"not finite", "not finite", [](Model& m) { m.mutable_linear()->set_weights(0, kNaN); }}});
}

TEST(PredictorCreateTest, RefusesTreesThatAreNone_NamingTreeAndNode) {
  using Model = internal::v1::Predictor;
  const auto change = [](auto set) -> ModelChange {
    return [set](Model& m) { set(*m.mutable_trees()->mutable_trees(1)); };
  };
  using Tree = internal::v1::Tree;
  ExpectRefused(
      SmallTreeModel(),
      {{"no nodes", "tree 1: has no nodes", change([](Tree& t) { t.Clear(); })},
       {"lengths", "tree 1: its arrays differ", change([](Tree& t) { t.add_features(0); })},
       {"input", "tree 1: node 0: looks at input 2 of 2",
        change([](Tree& t) { t.set_features(0, 2); })},
       {"negative input", "looks at input -1", change([](Tree& t) { t.set_features(0, -1); })},
       {"output", "adds to output 1 of 1", change([](Tree& t) { t.set_output(1); })},
       {"child", "node 0: child 3 does not lie after it",
        change([](Tree& t) { t.set_right_children(0, 3); })},
       {"negative child", "child -2", change([](Tree& t) { t.set_left_children(0, -2); })},
       {"no right child", "child -1", change([](Tree& t) { t.set_right_children(0, -1); })},
       {"cycle", "node 1: child 0", change([](Tree& t) { t.set_left_children(1, 0); })},
       {"self", "node 0: child 0", change([](Tree& t) { t.set_left_children(0, 0); })},
       {"two parents", "child 1 has another parent",
        change([](Tree& t) { t.set_right_children(0, 1); })},
       {"NaN", "the threshold is NaN", change([](Tree& t) { t.set_thresholds(0, NAN); })},
       {"leaf", "the leaf is not finite", change([](Tree& t) { t.set_thresholds(2, INFINITY); })},
       {"covers", "tree 1: has 1 covers for ", change([](Tree& t) { t.add_covers(1); })},
       {"cover", "node 0: the cover is no weight",
        change([](Tree& t) { t.mutable_covers()->Resize(t.thresholds_size(), -1); })},
       {"orphan", "node 1: has no parent", change([](Tree& t) { t.set_left_children(0, -1); })},
       {"base", "base score is not finite",
        [](Model& m) { m.mutable_trees()->set_base_scores(0, NAN); }}});
}

}  // namespace
}  // namespace serin
