#ifndef SERIN_CORE_LEARN_TARGET_SCALE_H_
#define SERIN_CORE_LEARN_TARGET_SCALE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Targets of a regression as XGBoost, which computes in single precision and takes a gain below
// 1e-6 for none, can learn them: less their mean, by about their standard deviation. The factor is
// a power of two, so that going back to the unit of the targets rounds nothing.
class TargetScale {
 public:
  // INVALID_ARGUMENT on `target` for numbers that single precision does not have.
  static absl::StatusOr<TargetScale> Of(const std::vector<double>& targets);

  float Scaled(double target) const { return static_cast<float>((target - offset_) / factor_); }

  // A difference of scaled targets in their own unit.
  double Unscaled(double difference) const { return difference * factor_; }

  // Turns trees for scaled targets, without base score, into trees for the targets.
  void Unscale(internal::v1::TreeEnsemble* trees) const;

 private:
  TargetScale(float offset, double factor) : offset_(offset), factor_(factor) {}

  float offset_;
  double factor_;
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_TARGET_SCALE_H_
