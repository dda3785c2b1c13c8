#ifndef SERIN_CORE_LEARN_CURVES_H_
#define SERIN_CORE_LEARN_CURVES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "core/learn/predictions.h"
#include "serin/v1/model.pb.h"

namespace serin {

// With more classes than this there are no curves: they would outgrow what one message can carry.
inline constexpr size_t kMaxCurveClasses = 100;

// ROC and calibration curves, as model.proto has them. A class without rows, or with all of them,
// has no ROC curve.
void AddCurves(const Predictions& predictions, const std::vector<std::string>& classes,
               v1::ClassificationMetrics* metrics);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_CURVES_H_
