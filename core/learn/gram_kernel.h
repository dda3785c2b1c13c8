#ifndef SERIN_CORE_LEARN_GRAM_KERNEL_H_
#define SERIN_CORE_LEARN_GRAM_KERNEL_H_

#include <cstddef>

namespace serin {

// Widths of blocks are whole multiples of this.
inline constexpr size_t kGramLanes = 8;

// `width` rounded up to what AddProducts takes.
inline size_t PaddedWidth(size_t width) {
  return (width + kGramLanes - 1) / kGramLanes * kGramLanes;
}

// products += left' * right for two blocks of rows x width numbers, row by row, on and below the
// diagonal; of what lies above it some is left undefined. `products` is width x width.
//
// Each product is summed in the order of the rows, so that every processor gives the same bits,
// whatever the width of its vectors. Processors with AVX2 are about twice as fast as those without,
// those with AVX-512 almost three times.
void AddProducts(const double* left, const double* right, size_t rows, size_t width,
                 double* products);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_GRAM_KERNEL_H_
