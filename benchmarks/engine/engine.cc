// How fast do ensembles of trees answer beside XGBoost's own prediction from a matrix in memory
// (XGBoosterPredictFromDense), on one thread? What `scripts/bench engine` runs.
#include <xgboost/c_api.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/engine/tree_engine.h"
#include "core/interchange/xgboost_model.h"

namespace serin {
namespace {

constexpr size_t kInputs = 30;
constexpr size_t kRows = 20'000;
constexpr int kRounds = 9;
constexpr double kSecondsPerRound = 0.05;

void Check(int code) {
  if (code == 0) return;
  std::fprintf(stderr, "engine_benchmark: %s\n", XGBGetLastError());
  std::exit(1);
}

// A model of XGBoost's, trained on rows whose label depends on all inputs.
class XgboostModel {
 public:
  explicit XgboostModel(int trees) {
    MakeRows();
    DMatrixHandle matrix = nullptr;
    Check(XGDMatrixCreateFromMat(inputs_.data(), kRows, kInputs,
                                 std::numeric_limits<float>::quiet_NaN(), &matrix));
    Check(XGDMatrixSetFloatInfo(matrix, "label", labels_.data(), kRows));
    Check(XGBoosterCreate(&matrix, 1, &booster_));
    for (const auto& [name, value] : {std::pair("tree_method", "hist"), std::pair("max_depth", "6"),
                                      std::pair("learning_rate", "0.1"), std::pair("nthread", "1"),
                                      std::pair("verbosity", "0")}) {
      Check(XGBoosterSetParam(booster_, name, value));
    }
    for (int round = 0; round < trees; ++round)
      Check(XGBoosterUpdateOneIter(booster_, round, matrix));
    Check(XGDMatrixFree(matrix));
    Check(XGProxyDMatrixCreate(&proxy_));
  }
  ~XgboostModel() {
    XGDMatrixFree(proxy_);
    XGBoosterFree(booster_);
  }
  XgboostModel(const XgboostModel&) = delete;
  XgboostModel& operator=(const XgboostModel&) = delete;

  const float* row(size_t row) const { return inputs_.data() + row * kInputs; }

  const float* Predict(size_t first, size_t count) const {
    const std::string array = R"({"data":[)" +
                              std::to_string(reinterpret_cast<uintptr_t>(row(first))) +
                              R"(,true],"shape":[)" + std::to_string(count) + "," +
                              std::to_string(kInputs) + R"(],"typestr":"<f4","version":3})";
    constexpr const char* kConfig =
        R"({"type":1,"training":false,"iteration_begin":0,"iteration_end":0,)"
        R"("strict_shape":false,"missing":NaN,"cache_id":0})";
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* out = nullptr;
    Check(XGBoosterPredictFromDense(booster_, array.c_str(), kConfig, proxy_, &shape, &dimensions,
                                    &out));
    return out;
  }

  internal::v1::TreeEnsemble Trees() const {
    bst_ulong size = 0;
    const char* bytes = nullptr;
    Check(XGBoosterSaveModelToBuffer(booster_, R"({"format":"ubj"})", &size, &bytes));
    return *ParseXgboostModel(std::string(bytes, size));
  }

 private:
  void MakeRows() {
    std::mt19937_64 random(7);
    const auto uniform = [&] { return static_cast<double>(random() >> 11) * 0x1p-53; };
    for (size_t row = 0; row < kRows; ++row) {
      double sum = uniform();
      for (size_t i = 0; i < kInputs; ++i) {
        const double x = uniform();
        inputs_.push_back(static_cast<float>(x));
        sum += i % 3 == 0 ? x * x : x;
        if (i % 7 == 0) sum += std::sin(20 * x);
      }
      labels_.push_back(static_cast<float>(sum));
    }
  }

  std::vector<float> inputs_;
  std::vector<float> labels_;
  BoosterHandle booster_ = nullptr;
  DMatrixHandle proxy_ = nullptr;
};

// CPU seconds of this thread.
double CpuSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// One way to score rows [first, first + count).
struct Subject {
  std::string name;
  std::function<void(size_t first, size_t count)> score;
  std::vector<double> seconds = {};  // Of one call, by round.
};

// Seconds of a call with `count` rows; the rows go on from call to call.
double SecondsPerCall(const Subject& subject, size_t count) {
  size_t calls = 0;
  const double begin = CpuSeconds();
  double now = begin;
  while (now - begin < kSecondsPerRound) {
    for (int i = 0; i < 16; ++i, ++calls) subject.score(calls * count % (kRows - count), count);
    now = CpuSeconds();
  }
  return (now - begin) / static_cast<double>(calls);
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

void CheckSameBits(const XgboostModel& xgboost, const TreeEngine& engine) {
  constexpr size_t kChecked = 1000;
  const std::vector<double> inputs(xgboost.row(0), xgboost.row(kChecked));
  std::vector<double> margins(kChecked);
  engine.Score(inputs.data(), kChecked, margins.data());
  const float* expected = xgboost.Predict(0, kChecked);
  for (size_t row = 0; row < kChecked; ++row) {
    if (static_cast<float>(margins[row]) == expected[row]) continue;
    std::fprintf(stderr, "row %zu: %.9g, XGBoost %.9g\n", row, margins[row], expected[row]);
    std::exit(1);
  }
}

// Measures all subjects in turn, so that what else the machine does meets all; the first is the
// one that the others are compared with.
void Measure(int trees, size_t rows, std::vector<Subject> subjects) {
  for (int round = 0; round < kRounds; ++round) {
    for (Subject& subject : subjects) subject.seconds.push_back(SecondsPerCall(subject, rows));
  }
  for (const Subject& subject : subjects) {
    const double per_row = Median(subject.seconds) / static_cast<double>(rows);
    const double times = Median(subjects[0].seconds) / Median(subject.seconds);
    std::printf("%5d %6zu   %-40s %9.3f us %8.1f x\n", trees, rows, subject.name.c_str(),
                per_row * 1e6, times);
  }
}

void MeasureModel(int tree_count) {
  const XgboostModel xgboost(tree_count);
  const internal::v1::TreeEnsemble trees = xgboost.Trees();
  const auto engine = *TreeEngine::Create(trees, kInputs, 1);
  CheckSameBits(xgboost, *engine);
  const auto scorers = TreeScorersFor(trees, kInputs, WidestInstructionSet());
  const std::vector<double> inputs(xgboost.row(0), xgboost.row(kRows));
  std::vector<double> margins(kRows);
  std::vector<float> sums(kRows);
  for (const size_t rows : {size_t{1}, size_t{1000}}) {
    const TreeScorer& chosen = rows == 1 ? engine->row_scorer() : engine->block_scorer();
    std::vector<Subject> subjects = {
        {"XGBoosterPredictFromDense",
         [&](size_t first, size_t count) { xgboost.Predict(first, count); }},
        {"engine: " + std::string(chosen.name()), [&](size_t first, size_t count) {
           engine->Score(inputs.data() + first * kInputs, count, margins.data());
         }}};
    for (const auto& scorer : scorers) {
      subjects.push_back({std::string(scorer->name()), [&](size_t first, size_t count) {
                            scorer->AddLeaves(xgboost.row(first), count, sums.data());
                          }});
    }
    Measure(tree_count, rows, std::move(subjects));
  }
}

void Main() {
  std::printf("trees   rows   %-40s      CPU per row  XGBoost's\n", "");
  for (const int trees : {100, 500}) MeasureModel(trees);
}

}  // namespace
}  // namespace serin

int main() {
  serin::Main();
  return 0;
}
