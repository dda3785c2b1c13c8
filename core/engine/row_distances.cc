#include "core/engine/row_distances.h"

#include <algorithm>

namespace serin {
namespace {

[[gnu::always_inline]] inline void AddUp(const float* inputs, const float* block,
                                         size_t input_count, double* distances) {
  double sums[kDistanceRows] = {};
  for (size_t i = 0; i < input_count; ++i, block += kDistanceRows) {
    const double x = inputs[i];
    for (size_t row = 0; row < kDistanceRows; ++row) {
      const double difference = x - static_cast<double>(block[row]);
      sums[row] += difference * difference;
    }
  }
  std::copy_n(sums, kDistanceRows, distances);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) void AddUpAvx2(const float* inputs, const float* block,
                                               size_t input_count, double* distances) {
  AddUp(inputs, block, input_count, distances);
}
#endif

}  // namespace

void SquaredDistances(const float* inputs, const float* block, size_t input_count,
                      double* distances) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return AddUpAvx2(inputs, block, input_count, distances);
#endif
  AddUp(inputs, block, input_count, distances);
}

}  // namespace serin
