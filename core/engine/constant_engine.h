#ifndef SERIN_CORE_ENGINE_CONSTANT_ENGINE_H_
#define SERIN_CORE_ENGINE_CONSTANT_ENGINE_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "core/base/memory_bytes.h"
#include "core/engine/estimator.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// The same margins for every row, whatever its inputs.
class ConstantEngine final : public Estimator {
 public:
  // INVALID_ARGUMENT if the message has not margin_count finite scores.
  static absl::StatusOr<std::unique_ptr<const ConstantEngine>> Create(
      const internal::v1::ConstantEstimator& message, size_t margin_count);

  size_t margin_count() const override { return scores_.size(); }
  void Score(const double* inputs, size_t row_count, double* margins) const override;
  size_t memory_bytes() const override { return sizeof(*this) + HeapBytes(scores_); }

 private:
  explicit ConstantEngine(const internal::v1::ConstantEstimator& message);

  const std::vector<double> scores_;
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_CONSTANT_ENGINE_H_
