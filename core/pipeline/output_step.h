#ifndef SERIN_CORE_PIPELINE_OUTPUT_STEP_H_
#define SERIN_CORE_PIPELINE_OUTPUT_STEP_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "core/pipeline/column_step.h"

namespace serin {

// Makes a ColumnStep of what says which outputs a row has, so that writing them and multiplying
// them is the same arithmetic. Step has
//
//   static constexpr bool kSparse;  // Whether some outputs are not emitted, which are then 0.
//   template <typename Emit>        // Emit: void(size_t row, size_t output, double value)
//   void ForEachOutput(const ColumnData& column, const std::vector<int32_t>& categories,
//                      size_t begin, size_t end, const Emit& emit) const;
//
// which is inlined into each of the loops below.
template <typename Step>
class OutputStep : public ColumnStep {
 public:
  void Apply(const ColumnData& column, const std::vector<int32_t>& categories,
             const StepBlock& block) const final {
    if constexpr (Step::kSparse) {
      for (size_t row = 0; row < block.end - block.begin; ++row) {
        std::fill_n(block.out + row * block.stride, output_count(), 0.0);
      }
    }
    ForEachOutput(column, categories, block.begin, block.end,
                  [&block](size_t row, size_t output, double value) {
                    block.out[(row - block.begin) * block.stride + output] = value;
                  });
  }

  void AddProducts(const ColumnData& column, const std::vector<int32_t>& categories, size_t begin,
                   size_t end, const Products<double>& products) const final {
    Add(column, categories, begin, end, products);
  }
  void AddProducts(const ColumnData& column, const std::vector<int32_t>& categories, size_t begin,
                   size_t end, const Products<float>& products) const final {
    Add(column, categories, begin, end, products);
  }

 private:
  template <typename Emit>
  void ForEachOutput(const ColumnData& column, const std::vector<int32_t>& categories, size_t begin,
                     size_t end, const Emit& emit) const {
    static_cast<const Step*>(this)->ForEachOutput(column, categories, begin, end, emit);
  }

  template <typename T>
  void Add(const ColumnData& column, const std::vector<int32_t>& categories, size_t begin,
           size_t end, const Products<T>& products) const {
    // Copies, which the compiler knows not to be written to.
    const T* const weights = products.weights;
    T* const sums = products.sums;
    const size_t width = products.width;
    if constexpr (std::is_same_v<T, double>) {
      if (width == 1) {
        // A loop over the rows without a branch.
        ForEachOutput(column, categories, begin, end, [=](size_t row, size_t output, double x) {
          sums[row - begin] += weights[output] * x;
        });
        return;
      }
    }
    const double limit = products.limit;
    ForEachOutput(column, categories, begin, end, [=](size_t row, size_t output, double value) {
      const T x = static_cast<T>(std::clamp(value, -limit, limit));
      if (x == 0) return;
      T* const of_row = sums + (row - begin) * width;
      const T* const of_output = weights + output * width;
      for (size_t i = 0; i < width; ++i) of_row[i] += of_output[i] * x;
    });
  }
};

}  // namespace serin

#endif  // SERIN_CORE_PIPELINE_OUTPUT_STEP_H_
