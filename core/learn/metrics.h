#ifndef SERIN_CORE_LEARN_METRICS_H_
#define SERIN_CORE_LEARN_METRICS_H_

#include <optional>
#include <string>
#include <vector>

#include "serin/v1/model.pb.h"

// How good predictions are. serin/v1/model.proto defines the measures. All are functions of at
// least one row.

namespace serin {

// `probabilities`: rows x classes, row by row; `actual`: per row the index of the true class. Where
// several classes are most probable the first counts as predicted.
v1::ClassificationMetrics MeasureClassification(const std::vector<double>& probabilities,
                                                const std::vector<double>& actual,
                                                const std::vector<std::string>& classes);

v1::RegressionMetrics MeasureRegression(const std::vector<double>& predicted,
                                        const std::vector<double>& actual);

// The probability that a random positive scores higher than a random negative, where equal scores
// count half (Hanley and McNeil 1982). Nothing if there are no positives or no negatives.
std::optional<double> RocAuc(const std::vector<double>& scores, const std::vector<bool>& positive);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_METRICS_H_
