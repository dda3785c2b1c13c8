#include "core/learn/gram_kernel.h"

#include <cstring>

namespace serin {
namespace {

// The compiler makes of it what the processor has: one, two or four registers.
using Lanes = double __attribute__((vector_size(kGramLanes * sizeof(double))));

constexpr size_t kTileHeight = 4;
static_assert(kGramLanes % kTileHeight == 0);

// Adds to the products of kTileHeight columns of `left` with kGramLanes columns of `right`.
[[gnu::always_inline]] inline void AddTile(const double* left, const double* right, size_t rows,
                                           size_t width, double* products) {
  Lanes sums[kTileHeight];
  for (size_t i = 0; i < kTileHeight; ++i) {
    std::memcpy(&sums[i], products + i * width, sizeof(Lanes));
  }
  for (size_t row = 0; row < rows; ++row, left += width, right += width) {
    Lanes lanes;
    std::memcpy(&lanes, right, sizeof(Lanes));
    for (size_t i = 0; i < kTileHeight; ++i) sums[i] += left[i] * lanes;
  }
  for (size_t i = 0; i < kTileHeight; ++i) {
    std::memcpy(products + i * width, &sums[i], sizeof(Lanes));
  }
}

[[gnu::always_inline]] inline void AddTiles(const double* left, const double* right, size_t rows,
                                            size_t width, double* products) {
  for (size_t i = 0; i < width; i += kTileHeight) {
    for (size_t j = 0; j < i + kTileHeight; j += kGramLanes) {
      AddTile(left + i, right + j, rows, width, products + i * width + j);
    }
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) void AddTilesAvx2(const double* left, const double* right,
                                                  size_t rows, size_t width, double* products) {
  AddTiles(left, right, rows, width, products);
}
#endif

void AddTilesAnywhere(const double* left, const double* right, size_t rows, size_t width,
                      double* products) {
  AddTiles(left, right, rows, width, products);
}

}  // namespace

void AddProducts(const double* left, const double* right, size_t rows, size_t width,
                 double* products) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return AddTilesAvx2(left, right, rows, width, products);
#endif
  AddTilesAnywhere(left, right, rows, width, products);
}

}  // namespace serin
