#include "core/learn/gradient_boosting.h"

#include <omp.h>
#include <xgboost/c_api.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "core/base/random_bits.h"
#include "google/protobuf/util/json_util.h"
#include "tests/unit/core/learn/tree_testing.h"

namespace serin {
namespace {

using ::testing::DoubleNear;
using ::testing::HasSubstr;
using ::testing::Pointwise;
using Losses = std::vector<Iteration>;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

double SumOf(const std::vector<double>& row) {
  double sum = 0;
  for (const double x : row) sum += x;
  return sum;
}

// Rows of uniform numbers; the target grows with each of them, under noise of the given size.
TrainingSet Noisy(size_t rows, size_t inputs, double noise, size_t class_count) {
  RandomBits random(3);
  std::vector<std::vector<double>> matrix(rows, std::vector<double>(inputs));
  std::vector<double> targets;
  for (std::vector<double>& row : matrix) {
    for (double& x : row) x = random.Unit();
    const double y = SumOf(row) / static_cast<double>(inputs) + noise * (random.Unit() - 0.5);
    const auto classes = static_cast<double>(class_count);
    targets.push_back(class_count == 0 ? y : std::clamp(std::floor(y * classes), 0.0, classes - 1));
  }
  return MakeSet(matrix, std::move(targets), class_count);
}

// A model of features a, b, ... and classes 0, 1, ..., fitted by gradient_boosting.
absl::StatusOr<internal::v1::Predictor> Fit(const TrainingSet& data, const std::string& json,
                                            Losses* losses = nullptr) {
  google::protobuf::Struct given;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(json, &given).ok());
  internal::v1::Predictor model;
  for (size_t i = 0; i < data.input_count; ++i) {
    model.mutable_features()->add_columns()->set_name(std::string(1, static_cast<char>('a' + i)));
  }
  for (size_t c = 0; c < data.class_count; ++c) model.add_classes(std::to_string(c));
  const Algorithm algorithm = GradientBoosting();
  const auto resolved = ResolveHyperparameters(given, algorithm.description);
  if (!resolved.ok()) return resolved.status();
  const auto sink = [losses](const Iteration& iteration) {
    if (losses != nullptr) losses->push_back(iteration);
    return true;
  };
  const absl::Status status = algorithm.fit(data, Hyperparameters(*resolved), 7, sink, &model);
  model.clear_classes();
  if (!status.ok()) return status;
  return model;
}

void Check(int code) { ASSERT_EQ(code, 0) << XGBGetLastError(); }

// The margins of XGBoost itself, trained with its own API.
std::vector<float> XgboostMargins(const TrainingSet& data,
                                  const std::map<std::string, std::string>& parameters,
                                  int rounds) {
  const std::vector<float> inputs(data.inputs.begin(), data.inputs.end());
  const std::vector<float> labels(data.targets.begin(), data.targets.end());
  DMatrixHandle matrix = nullptr;
  BoosterHandle booster = nullptr;
  Check(XGDMatrixCreateFromMat(inputs.data(), data.row_count, data.input_count,
                               std::numeric_limits<float>::quiet_NaN(), &matrix));
  Check(XGDMatrixSetFloatInfo(matrix, "label", labels.data(), labels.size()));
  Check(XGBoosterCreate(&matrix, 1, &booster));
  for (const auto& [name, value] : parameters) {
    Check(XGBoosterSetParam(booster, name.c_str(), value.c_str()));
  }
  for (int round = 0; round < rounds; ++round)
    Check(XGBoosterUpdateOneIter(booster, round, matrix));
  bst_ulong size = 0;
  const float* margins = nullptr;
  Check(XGBoosterPredict(booster, matrix, 1, 0, 0, &size, &margins));
  const std::vector<float> result(margins, margins + size);
  XGBoosterFree(booster);
  XGDMatrixFree(matrix);
  return result;
}

TEST(GradientBoostingTest, PredictsWhatXgboostDoes) {
  const TrainingSet data = Noisy(3000, 4, 1, 2);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, Fit(data, R"({"rounds": 20, "max_depth": 5})"));
  const std::vector<double> scores = ScoreRows(model, data);
  const std::vector<float> margins = XgboostMargins(data,
                                                    {{"objective", "binary:logistic"},
                                                     {"tree_method", "hist"},
                                                     {"max_depth", "5"},
                                                     {"learning_rate", "0.1"},
                                                     {"nthread", "1"}},
                                                    20);
  for (size_t row = 0; row < data.row_count; ++row) {
    ASSERT_EQ(scores[2 * row + 1], Logistic(margins[row])) << row;
  }
}

TEST(GradientBoostingTest, PredictsNumbersAsXgboostDoes_ToTheRoundingOfSinglePrecision) {
  const TrainingSet data = Noisy(2000, 3, 1, 0);
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, Fit(data, R"({"rounds": 20, "max_depth": 5})"));
  double mean = 0;
  for (const double target : data.targets) mean += target / static_cast<double>(data.row_count);
  const std::vector<float> margins = XgboostMargins(data,
                                                    {{"objective", "reg:squarederror"},
                                                     {"base_score", std::to_string(mean)},
                                                     {"tree_method", "hist"},
                                                     {"max_depth", "5"},
                                                     {"learning_rate", "0.1"},
                                                     {"nthread", "1"}},
                                                    20);
  EXPECT_THAT(ScoreRows(model, data), Pointwise(DoubleNear(1e-5), margins));
}

TEST(GradientBoostingTest, StopsEarly_AndKeepsTheBestRound) {
  const TrainingSet data = Noisy(500, 3, 3, 0);
  Losses losses;
  SERIN_ASSERT_OK_AND_ASSIGN(
      const auto model,
      Fit(data,
          R"({"rounds": 1000, "early_stopping_rounds": 15, "validation_share": 0.3, "max_depth": 6})",
          &losses));
  const auto best = std::min_element(losses.begin(), losses.end(), [](auto& a, auto& b) {
    return *a.validation_loss < *b.validation_loss;
  });
  EXPECT_EQ(model.trees().trees_size(), best->number);
  EXPECT_EQ(losses.back().number, best->number + 15);
  EXPECT_LT(*losses.back().loss, *losses.front().loss);
  EXPECT_EQ(losses.back().planned, 1000);
}

TEST(GradientBoostingTest, StopsEarlyWithATreePerClassAndRound) {
  const TrainingSet data = Noisy(400, 3, 3, 3);
  Losses losses;
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model,
                             Fit(data, R"({"rounds": 400, "early_stopping_rounds": 5})", &losses));
  EXPECT_EQ(model.trees().trees_size() % 3, 0);
  EXPECT_EQ(model.trees().trees_size() / 3 + 5, losses.back().number);
}

TEST(GradientBoostingTest, WithoutEarlyStopping_AllRoundsAreDoneOnAllRows) {
  Losses losses;
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model,
                             Fit(Noisy(100, 2, 1, 0), R"({"rounds": 12})", &losses));
  EXPECT_EQ(model.trees().trees_size(), 12);
  EXPECT_FALSE(losses.back().validation_loss.has_value());
}

TEST(GradientBoostingTest, LossesAreInTheUnitOfTheTarget) {
  TrainingSet data = Noisy(100, 2, 0, 0);
  for (double& target : data.targets) target = 1e6 + 1000 * target;
  Losses losses;
  SERIN_ASSERT_OK_AND_ASSIGN(const auto model, Fit(data, R"({"rounds": 30})", &losses));
  const std::vector<double> scores = ScoreRows(model, data);
  double squares = 0;
  for (size_t i = 0; i < 100; ++i) squares += std::pow(scores[i] - data.targets[i], 2);
  EXPECT_NEAR(*losses.back().loss, std::sqrt(squares / 100), 0.1);
  EXPECT_LT(*losses.back().loss, 50);
}

// How often a prediction falls along input a, with the others fixed.
int Falls(const internal::v1::Predictor& model, size_t class_count) {
  int falls = 0;
  for (const double other : {0.1, 0.5, 0.9}) {
    std::vector<std::vector<double>> rows;
    for (double x = 0; x < 1; x += 0.005) rows.push_back({x, other});
    const size_t count = rows.size();
    const auto scores = ScoreRows(model, MakeSet(rows, std::vector<double>(count), class_count));
    const size_t stride = class_count == 0 ? 1 : class_count;
    for (size_t i = 1; i < count; ++i) {
      falls += scores[(i + 1) * stride - 1] < scores[i * stride - 1] ? 1 : 0;
    }
  }
  return falls;
}

TEST(GradientBoostingTest, MonotoneConstraintsHold) {
  for (const size_t class_count : {0, 2}) {
    TrainingSet data = Noisy(400, 2, 2, class_count);
    for (TrainingInput& input : data.columns) input.increasing = true;
    SERIN_ASSERT_OK_AND_ASSIGN(const auto free, Fit(data, "{}"));
    EXPECT_GT(Falls(free, class_count), 5);
    SERIN_ASSERT_OK_AND_ASSIGN(const auto up, Fit(data, R"({"monotone_constraints": {"a": 1}})"));
    EXPECT_EQ(Falls(up, class_count), 0);
    SERIN_ASSERT_OK_AND_ASSIGN(const auto none, Fit(data, R"({"monotone_constraints": {"a": 0}})"));
    EXPECT_EQ(none.SerializeAsString(), free.SerializeAsString());
  }
}

TEST(GradientBoostingTest, RefusesConstraintsThatMeanNothing) {
  TrainingSet data = Noisy(60, 2, 1, 0);
  data.columns[0].increasing = true;
  EXPECT_THAT(Fit(data, R"({"monotone_constraints": {"a": 0.5}})"),
              IsError(kInvalid, HasSubstr("hyperparameters.monotone_constraints.a: must be 1")));
  EXPECT_THAT(Fit(data, R"({"monotone_constraints": {"b": -1}})"),
              IsError(kInvalid, HasSubstr("'b' reaches the model as categories")));
  EXPECT_THAT(Fit(Noisy(60, 2, 1, 3), R"({"monotone_constraints": {"a": 1}})"),
              IsError(kInvalid, HasSubstr("the target has 3 classes")));
}

// Nothing to learn from: what is predicted is the share of the rows.
TrainingSet Constant(int zeros, int ones) {
  std::vector<std::vector<double>> rows(zeros + ones, std::vector<double>{1});
  std::vector<double> targets(zeros + ones, 1);
  std::fill_n(targets.begin(), zeros, 0);
  return MakeSet(rows, std::move(targets), 2);
}

double ShareOfOnes(const TrainingSet& data, const std::string& json) {
  const auto model = Fit(data, json);
  EXPECT_THAT(model, IsOk());
  return ScoreRows(*model, data)[1];
}

TEST(GradientBoostingTest, ClassWeightsCountAsSoManyRows) {
  const TrainingSet data = Constant(90, 10);
  EXPECT_NEAR(ShareOfOnes(data, R"({"rounds": 300, "l2": 0})"), 0.1, 1e-3);
  EXPECT_NEAR(ShareOfOnes(data, R"({"rounds": 300, "l2": 0, "class_weights": {"1": 3}})"), 0.25,
              1e-3);
  EXPECT_NEAR(ShareOfOnes(data, R"({"rounds": 300, "l2": 0, "balance_classes": true})"), 0.5, 1e-3);
  EXPECT_THAT(Fit(data, R"({"class_weights": {"0": 0}})"),
              IsError(kInvalid, HasSubstr("fewer than two classes a weight above 0")));
}

// Restores the number of threads that OpenMP takes by default.
class ThreadCount {
 public:
  explicit ThreadCount(int count) : before_(omp_get_max_threads()) { omp_set_num_threads(count); }
  ~ThreadCount() { omp_set_num_threads(before_); }

 private:
  const int before_;
};

struct Subject {
  const char* algorithm;
  const char* hyperparameters;
};

std::string FitWithThreads(const Subject& subject, const TrainingSet& data, int threads) {
  const ThreadCount count(threads);
  const auto model = FitOn(data, subject.algorithm, subject.hyperparameters, 3);
  EXPECT_THAT(model, IsOk());
  return model->SerializeAsString();
}

// As OMP_NUM_THREADS, or the machine's cores where that is not set, would have it.
TEST(TreeAlgorithmsTest, GiveTheSameBits_WhateverOpenMpsNumberOfThreads) {
  for (const size_t class_count : {0, 2, 3}) {
    const TrainingSet data = Noisy(30'000, 8, 1, class_count);  // Several threads' worth.
    for (const Subject& subject :
         {Subject{"gradient_boosting", R"({"rounds": 5, "max_depth": 6, "row_share": 0.7})"},
          Subject{"random_forest", R"({"trees": 3, "max_depth": 6})"},
          Subject{"decision_tree", "{}"}}) {
      const std::string one = FitWithThreads(subject, data, 1);
      EXPECT_EQ(FitWithThreads(subject, data, 3), one) << subject.algorithm;
      EXPECT_EQ(FitWithThreads(subject, data, 16), one) << subject.algorithm;
    }
  }
}

}  // namespace
}  // namespace serin
