#include "core/learn/algorithms.h"

#include <algorithm>

#include "core/learn/algorithm.h"
#include "core/learn/baselines.h"
#include "core/learn/decision_tree.h"
#include "core/learn/elastic_net.h"
#include "core/learn/gradient_boosting.h"
#include "core/learn/linear_regression.h"
#include "core/learn/logistic_regression.h"
#include "core/learn/mlp.h"
#include "core/learn/naive_bayes.h"
#include "core/learn/nearest_neighbors.h"
#include "core/learn/random_forest.h"
#include "core/learn/ridge_regression.h"
#include "core/learn/spec_preprocessing.h"

namespace serin {
namespace {

// In order of their names.
std::vector<Algorithm> MakeAlgorithms() {
  std::vector<Algorithm> all;
  all.push_back(DecisionTree());
  all.push_back(ElasticNet());
  all.push_back(GradientBoosting());
  all.push_back(Lasso());
  all.push_back(LinearRegression());
  all.push_back(LogisticRegression());
  all.push_back(Majority());
  all.push_back(Mean());
  all.push_back(Mlp());
  all.push_back(NaiveBayes());
  all.push_back(NearestNeighbors());
  all.push_back(RandomForest());
  all.push_back(RidgeRegression());
  return all;
}

}  // namespace

const std::vector<Algorithm>& Algorithms() {
  // Never destroyed: a static object's destructor could run before its last user's.
  static const auto& algorithms = *new std::vector<Algorithm>(MakeAlgorithms());
  return algorithms;
}

const Algorithm* FindAlgorithm(absl::string_view name) {
  const auto& all = Algorithms();
  const auto it = std::find_if(all.begin(), all.end(), [&](const Algorithm& algorithm) {
    return algorithm.description.name() == name;
  });
  return it == all.end() ? nullptr : &*it;
}

std::vector<v1::Algorithm> ListAlgorithms() {
  std::vector<v1::Algorithm> list;
  for (const Algorithm& algorithm : Algorithms()) {
    list.push_back(algorithm.description);
    list.back().set_preprocessing(DescribePreprocessing(algorithm.inputs));
  }
  return list;
}

}  // namespace serin
