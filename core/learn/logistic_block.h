#ifndef SERIN_CORE_LEARN_LOGISTIC_BLOCK_H_
#define SERIN_CORE_LEARN_LOGISTIC_BLOCK_H_

#include <cstddef>

namespace serin {

// Rows that are gone through at once, while they are in cache: the matrix is read from memory once
// per evaluation of the loss and its gradient.
inline constexpr size_t kLogisticBlockRows = 64;

// A run of at most kLogisticBlockRows rows.
struct LogisticBlock {
  const double* inputs;   // rows x input_count, row by row.
  const double* targets;  // Indexes of classes.
  size_t rows;
  size_t input_count;
  size_t margin_count;  // 1: two classes.
};

// Adds the gradient of the sum over the rows of -ln p(true class) and returns that sum. Parameters
// and gradient have, for each margin, input_count weights and then the intercept. Leaves the
// derivatives by the margins in `margins`, rows x margin_count.
//
// Sums are taken in an order that does not depend on the processor, and the exponential is our own,
// so that every processor gives the same bits; those with AVX2 are about twice as fast.
double AddLogisticBlock(const LogisticBlock& block, const double* parameters, double* margins,
                        double* gradient);

// Turns the margins of `rows` rows into the probabilities of the classes; of the second class where
// margin_count is 1.
void LogisticProbabilities(const LogisticBlock& block, const double* parameters, double* margins);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_LOGISTIC_BLOCK_H_
