#ifndef SERIN_CORE_ENGINE_ROW_DISTANCES_H_
#define SERIN_CORE_ENGINE_ROW_DISTANCES_H_

#include <cstddef>

namespace serin {

// Rows of a block.
inline constexpr size_t kDistanceRows = 16;

// Squared Euclidean distances of a row of inputs to the rows of a block, which has, for each input,
// the numbers of its rows side by side. Each is added in order of the inputs, in double precision:
// all processors give the same bits, those with AVX2 sooner.
void SquaredDistances(const float* inputs, const float* block, size_t input_count,
                      double* distances);

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_ROW_DISTANCES_H_
