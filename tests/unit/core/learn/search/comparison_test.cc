#include "core/learn/search/comparison.h"

#include <memory>

#include "core/learn/spec.h"
#include "core/learn/train.h"
#include "core/table/schema.h"
#include "tests/testing/read_table.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

using ::testing::HasSubstr;

// A model, and what it was made by.
struct Trained {
  v1::TrainingSpec spec;
  internal::v1::Bundle bundle;
  std::unique_ptr<const Predictor> predictor;
};

Trained Train(const Table& table, v1::TrainingSpec spec) {
  Trained trained;
  trained.spec = *ResolveSpec(spec, SchemaOf(table));
  trained.bundle = *TrainModel(table, trained.spec, [](const v1::JobProgress&) { return true; });
  trained.predictor = *Predictor::Create(trained.bundle.predictor());
  return trained;
}

v1::TrainingSpec SpecOf(const std::string& algorithm, const std::string& target) {
  v1::TrainingSpec spec;
  spec.set_algorithm(algorithm);
  spec.set_target(target);
  spec.set_allow_target_copies(true);  // Small tables made up here have such.
  return spec;
}

v1::Comparison Compare(const Table& table, const Trained& made, const Trained& other,
                       v1::Search::Metric metric = v1::Search::METRIC_UNSPECIFIED) {
  return CompareOnHoldout(table, made.spec, made.bundle.evaluation(), *other.predictor, metric);
}

TEST(CompareOnHoldoutTest, TheBetterOneIs_ByEachMetricInItsDirection) {
  const Table table = TestDataTable("diabetes.csv");
  const Trained good = Train(table, SpecOf("ridge_regression", "progression"));
  const Trained poor = Train(table, SpecOf("mean", "progression"));
  for (const auto metric :
       {v1::Search::METRIC_UNSPECIFIED, v1::Search::METRIC_MAE, v1::Search::METRIC_R2}) {
    const v1::Comparison up = Compare(table, good, poor, metric);
    EXPECT_EQ(up.error(), "");
    EXPECT_TRUE(up.better());
    EXPECT_FALSE(Compare(table, poor, good, metric).better());
  }
  const v1::Comparison comparison = Compare(table, good, poor);
  EXPECT_EQ(comparison.metric(), v1::Search::METRIC_RMSE);
  // The same rows, the same code: the evaluation that the other model had of itself.
  EXPECT_EQ(comparison.evaluation().regression().rmse(),
            poor.bundle.evaluation().regression().rmse());
  EXPECT_EQ(comparison.evaluation().holdout_rows(), good.bundle.evaluation().holdout_rows());
}

TEST(CompareOnHoldoutTest, AsGoodIsNotBetter) {
  const Table table = TestDataTable("iris.csv");
  const Trained made = Train(table, SpecOf("logistic_regression", "species"));
  EXPECT_FALSE(Compare(table, made, made).better());
}

// The model of before knows a and c. Of the new one's classes it never predicts b.
TEST(CompareOnHoldoutTest, ClassesThatOneDoesNotKnow_AreMistakesOfIt) {
  std::string before = "x,y\n";
  std::string now = "x,y\n";
  for (int i = 0; i < 30; ++i) {
    before += "0,a\n2,c\n";
    now += "0,a\n1,b\n";
  }
  const Table table = TableOf(now);
  const Trained other = Train(TableOf(before), SpecOf("logistic_regression", "y"));
  const Trained made = Train(table, SpecOf("logistic_regression", "y"));
  const v1::Comparison comparison = Compare(table, made, other, v1::Search::METRIC_ACCURACY);
  EXPECT_EQ(comparison.error(), "");
  EXPECT_TRUE(comparison.better());
  const v1::ClassificationMetrics& metrics = comparison.evaluation().classification();
  EXPECT_EQ(metrics.accuracy(), 0.5);
  EXPECT_EQ(metrics.confusion_matrix().classes_size(), 3);
}

TEST(CompareOnHoldoutTest, WhatCannotBeCompared_SaysWhy_AndIsNotBetter) {
  const Table table = TestDataTable("iris.csv");
  const Trained made = Train(table, SpecOf("logistic_regression", "species"));
  const auto expect_error = [&](const Table& rows, const Trained& model, const Trained& other,
                                const char* error,
                                v1::Search::Metric metric = v1::Search::METRIC_UNSPECIFIED) {
    const v1::Comparison comparison = Compare(rows, model, other, metric);
    EXPECT_THAT(comparison.error(), HasSubstr(error));
    EXPECT_FALSE(comparison.better());
  };
  expect_error(table, made, Train(table, SpecOf("ridge_regression", "petal_width")),
               "predicts something else: 'petal_width'");
  Table less = table;
  less.columns.erase(less.columns.begin());
  v1::TrainingSpec few = SpecOf("logistic_regression", "species");
  few.add_features("petal_length");
  expect_error(less, Train(less, few), made, "feature 'sepal_length' is not in the dataset any");
  v1::TrainingSpec spec = SpecOf("logistic_regression", "species");
  spec.set_holdout_fraction(0);
  expect_error(table, Train(table, spec), made, "there is no holdout");
  spec.clear_holdout_fraction();
  spec.mutable_evaluation()->set_method(v1::EvaluationPlan::METHOD_CROSS_VALIDATION);
  expect_error(table, Train(table, spec), made, "cross-validation");
  expect_error(table, made, made, "rmse does not measure", v1::Search::METRIC_RMSE);
}

}  // namespace
}  // namespace serin
