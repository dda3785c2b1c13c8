#include "core/learn/search/search_rows.h"

#include <algorithm>

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

// `counts[c]` rows of class c, one after the other; without counts, 90 numbers.
Examples ExamplesOf(const std::vector<size_t>& counts) {
  Examples examples;
  Labels& labels = examples.labels;
  for (size_t c = 0; c < counts.size(); ++c) {
    labels.classes.push_back(std::to_string(c));
    labels.values.insert(labels.values.end(), counts[c], static_cast<double>(c));
  }
  if (counts.empty()) labels.values.assign(90, 0.5);
  for (size_t row = 0; row < labels.values.size(); ++row) labels.rows.push_back(row);
  return examples;
}

v1::TrainingSpec SpecOf(v1::EvaluationPlan::Split split) {
  v1::TrainingSpec spec;
  spec.set_task(split == v1::EvaluationPlan::SPLIT_STRATIFIED ? v1::TASK_CLASSIFICATION
                                                              : v1::TASK_REGRESSION);
  spec.mutable_evaluation()->set_method(v1::EvaluationPlan::METHOD_HOLDOUT);
  spec.mutable_evaluation()->set_split(split);
  spec.set_holdout_fraction(0.2);
  spec.mutable_search()->set_folds(3);
  return spec;
}

TEST(SearchableRowsTest, TheHoldoutIsLeftOut_CrossValidationLeavesNone) {
  const Examples examples = ExamplesOf({50, 50});
  v1::TrainingSpec spec = SpecOf(v1::EvaluationPlan::SPLIT_STRATIFIED);
  SERIN_ASSERT_OK_AND_ASSIGN(const Split split, SplitRows(examples, spec));
  SERIN_ASSERT_OK_AND_ASSIGN(const std::vector<size_t> rows, SearchableRows(examples, spec));
  EXPECT_EQ(rows, split.train);
  EXPECT_THAT(rows, SizeIs(80));
  spec.mutable_evaluation()->set_method(v1::EvaluationPlan::METHOD_CROSS_VALIDATION);
  SERIN_ASSERT_OK_AND_ASSIGN(const std::vector<size_t> all, SearchableRows(examples, spec));
  EXPECT_THAT(all, SizeIs(100));
}

TEST(TakeShareTest, TakesThatShareOfEachClass_ButTwoRowsAtLeast) {
  const Examples examples = ExamplesOf({90, 9, 3});
  const std::vector<size_t> rows = TakeShare(examples, AllIndexes(examples), 1.0 / 9, 7);
  EXPECT_THAT(rows, SizeIs(10 + 2 + 2));
  EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
  EXPECT_EQ(std::count_if(rows.begin(), rows.end(), [](size_t row) { return row < 90; }), 10);
  EXPECT_EQ(TakeShare(examples, rows, 1, 7), rows);
}

TEST(TakeShareTest, LessIsAPartOfMore_AndTheSeedDecides) {
  for (const Examples& examples : {ExamplesOf({60, 30}), ExamplesOf({})}) {
    const std::vector<size_t> all = AllIndexes(examples);
    const std::vector<size_t> few = TakeShare(examples, all, 1.0 / 9, 7);
    const std::vector<size_t> more = TakeShare(examples, all, 1.0 / 3, 7);
    EXPECT_THAT(few, SizeIs(10));
    EXPECT_THAT(more, SizeIs(30));
    EXPECT_TRUE(std::includes(more.begin(), more.end(), few.begin(), few.end()));
    EXPECT_NE(TakeShare(examples, all, 1.0 / 9, 8), few);
  }
}

TEST(SearchFoldsTest, EachRepeatHasFoldsOfItsOwn_OfTheRowsGiven) {
  const Examples examples = ExamplesOf({30, 30});
  const std::vector<size_t> rows = TakeShare(examples, AllIndexes(examples), 0.5, 1);
  const v1::TrainingSpec spec = SpecOf(v1::EvaluationPlan::SPLIT_STRATIFIED);
  SERIN_ASSERT_OK_AND_ASSIGN(const std::vector<Split> folds, SearchFolds(examples, rows, spec, 2));
  ASSERT_THAT(folds, SizeIs(6));
  for (const Split& fold : folds) {
    std::vector<size_t> together = fold.train;
    together.insert(together.end(), fold.holdout.begin(), fold.holdout.end());
    std::sort(together.begin(), together.end());
    EXPECT_EQ(together, rows);
  }
  EXPECT_NE(folds[0].holdout, folds[3].holdout);
}

TEST(SearchFoldsTest, ByTimeThereIsOneWayOnly) {
  Examples examples = ExamplesOf({});
  for (const size_t row : examples.labels.rows) {
    examples.split_keys.push_back(static_cast<double>(row));
  }
  const v1::TrainingSpec spec = SpecOf(v1::EvaluationPlan::SPLIT_TIME);
  SERIN_ASSERT_OK_AND_ASSIGN(const std::vector<Split> folds,
                             SearchFolds(examples, AllIndexes(examples), spec, 3));
  ASSERT_THAT(folds, SizeIs(3));
  EXPECT_LT(folds[0].train.back(), folds[0].holdout.front());
}

}  // namespace
}  // namespace serin
