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

// Probabilities of `count` classes that are proportional to e^margin. `out` may be `margins`.
void Softmax(const double* margins, size_t count, double* out);

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_LINK_H_
