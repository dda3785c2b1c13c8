#ifndef SERIN_CORE_LEARN_SORTED_QUANTILE_H_
#define SERIN_CORE_LEARN_SORTED_QUANTILE_H_

#include <vector>

namespace serin {

// The quantile in [0, 1] of ascending numbers, at least one; between two of them linearly (type 7
// of Hyndman and Fan, "Sample quantiles in statistical packages", 1996).
double SortedQuantile(const std::vector<double>& sorted, double quantile);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_SORTED_QUANTILE_H_
