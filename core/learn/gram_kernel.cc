#include "core/learn/gram_kernel.h"

#include "core/learn/lane_math.h"

namespace serin {
namespace {

// Adds to the products of kHeight columns of `left` with kGramLanes columns of `right`.
template <size_t kLanes, size_t kHeight>
[[gnu::always_inline]] inline void AddTile(const double* left, const double* right, size_t rows,
                                           size_t width, double* products) {
  using Lanes = typename Vector<kLanes>::Type;
  constexpr size_t kParts = kGramLanes / kLanes;
  Lanes sums[kHeight][kParts];
#pragma GCC unroll 16
  for (size_t i = 0; i < kHeight; ++i) {
#pragma GCC unroll 16
    for (size_t part = 0; part < kParts; ++part) {
      sums[i][part] = *reinterpret_cast<const Lanes*>(products + i * width + part * kLanes);
    }
  }
  for (size_t row = 0; row < rows; ++row, left += width, right += width) {
    Lanes lanes[kParts];
#pragma GCC unroll 16
    for (size_t part = 0; part < kParts; ++part) {
      lanes[part] = *reinterpret_cast<const Lanes*>(right + part * kLanes);
    }
#pragma GCC unroll 16
    for (size_t i = 0; i < kHeight; ++i) {
#pragma GCC unroll 16
      for (size_t part = 0; part < kParts; ++part) sums[i][part] += left[i] * lanes[part];
    }
  }
#pragma GCC unroll 16
  for (size_t i = 0; i < kHeight; ++i) {
#pragma GCC unroll 16
    for (size_t part = 0; part < kParts; ++part) {
      *reinterpret_cast<Lanes*>(products + i * width + part * kLanes) = sums[i][part];
    }
  }
}

template <size_t kLanes, size_t kHeight>
[[gnu::always_inline]] inline void AddTiles(const double* left, const double* right, size_t rows,
                                            size_t width, double* products) {
  static_assert(kGramLanes % kHeight == 0);
  for (size_t i = 0; i < width; i += kHeight) {
    for (size_t j = 0; j < i + kHeight; j += kGramLanes) {
      AddTile<kLanes, kHeight>(left + i, right + j, rows, width, products + i * width + j);
    }
  }
}

#if defined(__x86_64__)
__attribute__((target("avx512f"))) void AddTilesAvx512(const double* left, const double* right,
                                                       size_t rows, size_t width,
                                                       double* products) {
  AddTiles<8, 8>(left, right, rows, width, products);
}

__attribute__((target("avx2"))) void AddTilesAvx2(const double* left, const double* right,
                                                  size_t rows, size_t width, double* products) {
  AddTiles<4, 4>(left, right, rows, width, products);
}
#endif

void AddTilesAnywhere(const double* left, const double* right, size_t rows, size_t width,
                      double* products) {
  AddTiles<2, 2>(left, right, rows, width, products);
}

}  // namespace

void AddProducts(const double* left, const double* right, size_t rows, size_t width,
                 double* products) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f")) return AddTilesAvx512(left, right, rows, width, products);
  if (__builtin_cpu_supports("avx2")) return AddTilesAvx2(left, right, rows, width, products);
#endif
  AddTilesAnywhere(left, right, rows, width, products);
}

}  // namespace serin
