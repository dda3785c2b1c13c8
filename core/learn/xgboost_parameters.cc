#include "core/learn/xgboost_parameters.h"

#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace serin {
namespace {

// Below it, starting more threads than one costs more than they save.
constexpr size_t kOneThreadCells = 200'000;
constexpr int kThreads = 4;

}  // namespace

int XgboostThreads(const TrainingSet& data) {
  return data.row_count * data.input_count <= kOneThreadCells ? 1 : kThreads;
}

std::string XgboostNumber(double number) {
  // XGBoost refuses numbers that are 0 to it and not written so.
  constexpr double kZero = std::numeric_limits<float>::min();
  return absl::StrFormat("%.9g", std::abs(number) <= kZero ? 0 : number);
}

XgboostParameters HistogramTrees(int threads, uint64_t seed) {
  return {{"booster", "gbtree"},
          {"tree_method", "hist"},
          {"verbosity", "0"},
          {"nthread", absl::StrCat(threads)},
          // XGBoost's seeds are signed.
          {"seed", absl::StrCat(seed & std::numeric_limits<int64_t>::max())}};
}

}  // namespace serin
