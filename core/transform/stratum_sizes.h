#ifndef SERIN_CORE_TRANSFORM_STRATUM_SIZES_H_
#define SERIN_CORE_TRANSFORM_STRATUM_SIZES_H_

#include <cstdint>
#include <vector>

namespace serin {

// How many rows of each stratum each part gets: of n rows a part with fraction f gets f n rounded
// down, or one more. What is left over goes to the parts that lack most of their share of the
// strata so far, so that many small strata do not all give to the same part.
//
// `fractions` are more than 0 and together 1. Returns [stratum][part]; a stratum's sum to its rows.
std::vector<std::vector<int64_t>> StratumSizes(const std::vector<int64_t>& stratum_rows,
                                               const std::vector<double>& fractions);

}  // namespace serin

#endif  // SERIN_CORE_TRANSFORM_STRATUM_SIZES_H_
