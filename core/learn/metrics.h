#ifndef SERIN_CORE_LEARN_METRICS_H_
#define SERIN_CORE_LEARN_METRICS_H_

#include <optional>
#include <string>
#include <vector>

#include "core/learn/predictions.h"
#include "serin/v1/model.pb.h"

// How good predictions are. serin/v1/model.proto defines the measures. All are functions of at
// least one row.

namespace serin {

// All but curves, which AddCurves adds. Where several classes are most probable the first counts as
// predicted.
v1::ClassificationMetrics MeasureClassification(const Predictions& predictions,
                                                const std::vector<std::string>& classes);

v1::RegressionMetrics MeasureRegression(const Predictions& predictions);

// The probability that a random positive scores higher than a random negative, where equal scores
// count half (Hanley and McNeil 1982). Nothing if there are no positives or no negatives.
std::optional<double> RocAuc(const std::vector<double>& scores, const std::vector<bool>& positive);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_METRICS_H_
