#ifndef SERIN_CORE_EXPLAIN_ATTRIBUTION_H_
#define SERIN_CORE_EXPLAIN_ATTRIBUTION_H_

#include <cstddef>
#include <vector>

namespace serin {

// Exact Shapley values of an estimator's margins: how far each of its inputs moves each of them.
// Immutable and thread-safe.
class Attribution {
 public:
  virtual ~Attribution() = default;

  // One per margin: what it is when nothing is known of the row.
  virtual const std::vector<double>& bases() const = 0;

  // Of one row of inputs, as the pipeline makes them: writes the margins, and margins x inputs
  // contributions, margin by margin. A margin is its base and its contributions, up to rounding.
  virtual void Explain(const double* inputs, double* margins, double* contributions) const = 0;

  // Memory that it takes, in bytes.
  virtual size_t memory_bytes() const = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_EXPLAIN_ATTRIBUTION_H_
