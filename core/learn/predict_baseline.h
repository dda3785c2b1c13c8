#ifndef SERIN_CORE_LEARN_PREDICT_BASELINE_H_
#define SERIN_CORE_LEARN_PREDICT_BASELINE_H_

#include "core/learn/labels.h"
#include "core/learn/predictions.h"
#include "core/learn/split.h"

namespace serin {

// What can be said of the held-out rows without looking at any feature: the classes' shares of the
// training rows, or their mean. A model has to do better.
Predictions PredictBaseline(const Labels& labels, const Split& split);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_PREDICT_BASELINE_H_
