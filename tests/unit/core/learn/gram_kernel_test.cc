#include "core/learn/gram_kernel.h"

#include <gtest/gtest.h>

#include <vector>

#include "core/base/random_bits.h"

namespace serin {
namespace {

TEST(GramKernelTest, SumsEachProductInTheOrderOfTheRows_ToTheLastBit) {
  constexpr size_t kRows = 37;
  for (const size_t width : {8, 24, 40}) {
    RandomBits random(width);
    std::vector<double> left(kRows * width);
    std::vector<double> right(kRows * width);
    for (double& number : left) number = random.Unit() - 0.5;
    for (double& number : right) number = random.Unit() - 0.5;
    std::vector<double> products(width * width, 0.1);
    AddProducts(left.data(), right.data(), kRows, width, products.data());
    for (size_t i = 0; i < width; ++i) {
      for (size_t j = 0; j <= i; ++j) {
        // Rounded twice at each step, as without fused multiply-add.
        volatile double sum = 0.1;
        for (size_t row = 0; row < kRows; ++row) {
          const volatile double product = left[row * width + i] * right[row * width + j];
          sum = sum + product;
        }
        EXPECT_EQ(products[i * width + j], sum) << i << ", " << j << " of " << width;
      }
    }
  }
}

}  // namespace
}  // namespace serin
