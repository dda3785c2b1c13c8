#include "core/learn/xgboost_parameters.h"

#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/learn/training_threads.h"

namespace serin {

int XgboostThreads(const TrainingSet& data) {
  return static_cast<int>(TrainingThreads(data.row_count * data.input_count));
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
