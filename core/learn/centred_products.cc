#include "core/learn/centred_products.h"

#include <algorithm>
#include <vector>

#include "core/learn/gram_kernel.h"

namespace serin {
namespace {

// Rows of a block: few enough that it stays in cache, enough that the products need not be read and
// written often.
constexpr size_t kBlockRows = 64;

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Sums products over blocks of `width` columns. fill(first, count, block, stride) writes rows first
// to first + count of the matrix.
template <typename Fill>
Matrix SumProducts(size_t row_count, size_t width, const Fill& fill) {
  const size_t stride = PaddedWidth(width);
  std::vector<double> block(kBlockRows * stride);  // The padding stays 0.
  Matrix products =
      Matrix::Zero(static_cast<Eigen::Index>(stride), static_cast<Eigen::Index>(stride));
  for (size_t first = 0; first < row_count; first += kBlockRows) {
    const size_t rows = std::min(kBlockRows, row_count - first);
    fill(first, rows, block.data(), stride);
    AddProducts(block.data(), block.data(), rows, stride, products.data());
  }
  return products;
}

}  // namespace

void SetMeans(const TrainingSet& data, CentredProducts* products) {
  Eigen::VectorXd& sums = products->input_means;
  sums = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(data.input_count));
  double target_sum = 0;
  const double* inputs = data.inputs.data();
  for (size_t row = 0; row < data.row_count; ++row, inputs += data.input_count) {
    for (size_t i = 0; i < data.input_count; ++i) sums[static_cast<Eigen::Index>(i)] += inputs[i];
    target_sum += data.targets[row];
  }
  sums /= static_cast<double>(data.row_count);
  products->target_mean = target_sum / static_cast<double>(data.row_count);
}

CentredProducts ProductsOfInputs(const TrainingSet& data) {
  CentredProducts products;
  SetMeans(data, &products);
  const auto inputs = static_cast<Eigen::Index>(data.input_count);
  const double* means = products.input_means.data();
  // The target is one more column, behind the inputs.
  const Matrix all = SumProducts(
      data.row_count, data.input_count + 1,
      [&](size_t first, size_t count, double* block, size_t stride) {
        const double* from = data.inputs.data() + first * data.input_count;
        for (size_t row = 0; row < count; ++row, from += data.input_count, block += stride) {
          for (size_t i = 0; i < data.input_count; ++i) block[i] = from[i] - means[i];
          block[data.input_count] = data.targets[first + row] - products.target_mean;
        }
      });
  products.inputs = all.topLeftCorner(inputs, inputs);
  products.with_target = all.row(inputs).head(inputs).transpose();
  products.target = all(inputs, inputs);
  return products;
}

Eigen::MatrixXd ProductsOfRows(const TrainingSet& data, const Eigen::VectorXd& input_means) {
  // The transposed matrix has a row per input.
  const Matrix all = SumProducts(
      data.input_count, data.row_count,
      [&](size_t first, size_t count, double* block, size_t stride) {
        for (size_t row = 0; row < data.row_count; ++row) {
          const double* from = data.inputs.data() + row * data.input_count + first;
          for (size_t i = 0; i < count; ++i) {
            block[i * stride + row] = from[i] - input_means[static_cast<Eigen::Index>(first + i)];
          }
        }
      });
  const auto rows = static_cast<Eigen::Index>(data.row_count);
  return all.topLeftCorner(rows, rows);
}

}  // namespace serin
