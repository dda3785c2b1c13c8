#ifndef SERIN_CORE_LEARN_XGBOOST_PARAMETERS_H_
#define SERIN_CORE_LEARN_XGBOOST_PARAMETERS_H_

#include <cstdint>
#include <string>

#include "core/learn/algorithm.h"
#include "core/learn/xgboost_booster.h"

// What all algorithms on XGBoost tell it, and how.

namespace serin {

// How many threads train: TrainingThreads.
int XgboostThreads(const TrainingSet& data);

// A number as XGBoost reads it back without loss, in its single precision.
std::string XgboostNumber(double number);

// Trees by histograms, on so many threads, drawing by the seed.
XgboostParameters HistogramTrees(int threads, uint64_t seed);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_XGBOOST_PARAMETERS_H_
