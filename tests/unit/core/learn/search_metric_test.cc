#include "core/learn/search_metric.h"

#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

TEST(MetricTest, EachIsReadFromItsField_AndKnowsItsDirection) {
  v1::Evaluation classes;
  classes.mutable_classification()->set_log_loss(0.1);
  classes.mutable_classification()->set_accuracy(0.2);
  classes.mutable_classification()->set_balanced_accuracy(0.3);
  classes.mutable_classification()->set_macro_f1(0.4);
  classes.mutable_classification()->set_roc_auc(0.5);
  v1::Evaluation numbers;
  numbers.mutable_regression()->set_rmse(6);
  numbers.mutable_regression()->set_mae(7);
  numbers.mutable_regression()->set_r2(0.8);
  struct Case {
    v1::Search::Metric metric;
    const v1::Evaluation* evaluation;
    double value;
    bool higher;
    const char* name;
  };
  for (const Case& c : std::initializer_list<Case>{
           {v1::Search::METRIC_LOG_LOSS, &classes, 0.1, false, "log_loss"},
           {v1::Search::METRIC_ACCURACY, &classes, 0.2, true, "accuracy"},
           {v1::Search::METRIC_BALANCED_ACCURACY, &classes, 0.3, true, "balanced_accuracy"},
           {v1::Search::METRIC_MACRO_F1, &classes, 0.4, true, "macro_f1"},
           {v1::Search::METRIC_ROC_AUC, &classes, 0.5, true, "roc_auc"},
           {v1::Search::METRIC_RMSE, &numbers, 6, false, "rmse"},
           {v1::Search::METRIC_MAE, &numbers, 7, false, "mae"},
           {v1::Search::METRIC_R2, &numbers, 0.8, true, "r2"}}) {
    SERIN_ASSERT_OK_AND_ASSIGN(const double value, MetricOf(*c.evaluation, c.metric));
    EXPECT_EQ(value, c.value) << c.name;
    EXPECT_EQ(HigherIsBetter(c.metric), c.higher) << c.name;
    EXPECT_EQ(MetricName(c.metric), c.name);
    const bool regression = c.evaluation == &numbers;
    EXPECT_EQ(MetricFits(c.metric, v1::TASK_REGRESSION), regression) << c.name;
    EXPECT_EQ(MetricFits(c.metric, v1::TASK_CLASSIFICATION), !regression) << c.name;
  }
}

TEST(MetricTest, WhatTheRowsDoNotDefine_IsAnErrorAndNotZero) {
  constexpr auto kCode = absl::StatusCode::kFailedPrecondition;
  v1::Evaluation evaluation;
  evaluation.mutable_classification();
  EXPECT_THAT(MetricOf(evaluation, v1::Search::METRIC_ROC_AUC),
              IsError(kCode, HasSubstr("lack a class")));
  evaluation.mutable_regression();
  EXPECT_THAT(MetricOf(evaluation, v1::Search::METRIC_R2), IsError(kCode, HasSubstr("constant")));
}

}  // namespace
}  // namespace serin
