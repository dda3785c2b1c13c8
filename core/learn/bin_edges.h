#ifndef SERIN_CORE_LEARN_BIN_EDGES_H_
#define SERIN_CORE_LEARN_BIN_EDGES_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"

namespace serin {

// Sorts numbers without NaN, digit by digit: of 100,000 a tenth of what comparing them costs.
// `scratch` is given room for as many.
void SortFloats(std::vector<float>* numbers, std::vector<float>* scratch);

// Where sorted numbers are cut into at most `max_bins` bins of about as many of them each: the
// least number of each bin, ascending. All different numbers where there are not more.
std::vector<float> BinEdges(absl::Span<const float> sorted, size_t max_bins);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_BIN_EDGES_H_
