#ifndef SERIN_CORE_LEARN_BOOTSTRAP_H_
#define SERIN_CORE_LEARN_BOOTSTRAP_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/learn/predictions.h"
#include "serin/v1/model.pb.h"

namespace serin {

// Percentile intervals (95 %) of the metrics over this many resamples of the rows, drawn with
// replacement (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13). A
// metric that fewer than half of the resamples define has none, and the areas under curves have
// none where rows x classes are more than 5e7 or, times resamples, more than 2e9 (two classes count
// once).
std::vector<v1::ConfidenceInterval> BootstrapIntervals(const Predictions& predictions,
                                                       size_t class_count, int samples,
                                                       uint64_t seed);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_BOOTSTRAP_H_
