#ifndef SERIN_CORE_ENGINE_LINK_H_
#define SERIN_CORE_ENGINE_LINK_H_

#include <cstddef>

namespace serin {

// From margins to probabilities.
//
// The exponential is our own, exact to about one unit in the last place, because that of libm takes
// other code paths, and gives other last bits, on processors with fused multiply-add than on those
// without; golden rows have to come out the same on all of them.
double Exp(double x);

// 1 / (1 + e^-margin), of the full precision of a double near 0.
double Logistic(double margin);

// What makes probabilities of the margins of a classification, or values of those of a regression,
// which kLogit and kProbability leave as they are.
enum class Link {
  // Two classes: the margin is the log odds of the second. More: softmax.
  kLogit,
  // The margins are the probabilities (of the second class, for two): limited to [0, 1] and, for
  // more classes, divided by their sum, or all equal where that is 0.
  kProbability,
  // Regression only: 1 / (1 + e^-margin).
  kLogistic,
  // Regression only: e^margin, limited to a finite number.
  kExp,
};

// Turns row_count rows of margins into row_count rows of class_count probabilities, or, where
// class_count is 0, of one value.
void ApplyLink(Link link, const double* margins, size_t row_count, size_t class_count,
               double* outputs);

// Probabilities of `count` classes that are proportional to e^margin. `out` may be `margins`.
void Softmax(const double* margins, size_t count, double* out);

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_LINK_H_
