#include <cstdio>
#include <ostream>
#include <string>
#include <vector>

#include "core/learn/cross_validate.h"
#include "core/learn/spec.h"
#include "core/table/schema.h"
#include "tests/testing/read_table.h"
#include "tests/testing/status_matchers.h"

namespace serin {
namespace {

// Scores of scikit-learn 1.2 with default settings in 5-fold cross-validation (accuracy, or R2 for
// diabetes) of its counterparts, all but trees on standardised inputs: HistGradientBoosting,
// RandomForest, LogisticRegression, Ridge, LinearRegression, Lasso, ElasticNet, GaussianNB,
// KNeighbors, and MLP with max_iter=1000.
struct Reference {
  const char* data;
  const char* target;
  const char* algorithm;
  double score;
};

std::ostream& operator<<(std::ostream& out, const Reference& reference) {
  return out << reference.data << " with " << reference.algorithm;
}

constexpr Reference kReferences[] = {
    {"iris", "species", "gradient_boosting", 0.947},
    {"iris", "species", "random_forest", 0.940},
    {"iris", "species", "logistic_regression", 0.960},
    {"iris", "species", "naive_bayes", 0.955},
    {"iris", "species", "nearest_neighbors", 0.952},
    {"iris", "species", "mlp", 0.960},
    {"wine", "cultivar", "gradient_boosting", 0.972},
    {"wine", "cultivar", "random_forest", 0.972},
    {"wine", "cultivar", "logistic_regression", 0.983},
    {"wine", "cultivar", "naive_bayes", 0.975},
    {"wine", "cultivar", "nearest_neighbors", 0.959},
    {"wine", "cultivar", "mlp", 0.983},
    {"breast_cancer", "diagnosis", "gradient_boosting", 0.970},
    {"breast_cancer", "diagnosis", "random_forest", 0.965},
    {"breast_cancer", "diagnosis", "logistic_regression", 0.979},
    {"breast_cancer", "diagnosis", "naive_bayes", 0.932},
    {"breast_cancer", "diagnosis", "nearest_neighbors", 0.966},
    {"breast_cancer", "diagnosis", "mlp", 0.977},
    {"diabetes", "progression", "gradient_boosting", 0.391},
    {"diabetes", "progression", "random_forest", 0.418},
    {"diabetes", "progression", "ridge_regression", 0.490},
    {"diabetes", "progression", "linear_regression", 0.482},
    {"diabetes", "progression", "lasso", 0.481},
    {"diabetes", "progression", "elastic_net", 0.460},
    {"diabetes", "progression", "nearest_neighbors", 0.360},
    {"diabetes", "progression", "mlp", 0.469},
};
constexpr double kTolerance = 0.03;

double ScoreOf(const v1::Evaluation& evaluation) {
  return evaluation.has_regression() ? evaluation.regression().r2()
                                     : evaluation.classification().accuracy();
}

double MeanScoreOf(const std::vector<v1::Evaluation>& folds) {
  double sum = 0;
  for (const v1::Evaluation& fold : folds) sum += ScoreOf(fold);
  return sum / static_cast<double>(folds.size());
}

bool GoOn(const v1::JobProgress&) { return true; }

class ReferenceScoresTest : public ::testing::TestWithParam<Reference> {};

TEST_P(ReferenceScoresTest, DefaultsAreAsGoodAsTheReference) {
  const Reference& reference = GetParam();
  const Table table = TestDataTable(std::string(reference.data) + ".csv");
  v1::TrainingSpec spec;
  spec.set_target(reference.target);
  spec.set_algorithm(reference.algorithm);
  SERIN_ASSERT_OK_AND_ASSIGN(spec, ResolveSpec(spec, SchemaOf(table)));

  SERIN_ASSERT_OK_AND_ASSIGN(const Examples examples, MakeExamples(table, spec));
  SERIN_ASSERT_OK_AND_ASSIGN(const std::vector<Split> splits,
                             SplitFolds(examples, AllIndexes(examples), 5, spec));

  SERIN_ASSERT_OK_AND_ASSIGN(const std::vector<v1::Evaluation> folds,
                             CrossValidate(examples, splits, spec, &GoOn));

  const double score = MeanScoreOf(folds);
  std::printf("%-14s %-20s %6.3f (reference %.3f)\n", reference.data, reference.algorithm, score,
              reference.score);
  EXPECT_GE(score, reference.score - kTolerance);
}

INSTANTIATE_TEST_SUITE_P(All, ReferenceScoresTest, ::testing::ValuesIn(kReferences),
                         [](const auto& info) {
                           return std::string(info.param.data) + "_" + info.param.algorithm;
                         });

}  // namespace
}  // namespace serin
