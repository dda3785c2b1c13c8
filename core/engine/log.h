#ifndef SERIN_CORE_ENGINE_LOG_H_
#define SERIN_CORE_ENGINE_LOG_H_

namespace serin {

// The natural logarithm, exact to about one unit in the last place, and our own for the reason that
// Exp (link.h) is. -infinity for 0; NaN for what is below it.
double Log(double x);

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_LOG_H_
