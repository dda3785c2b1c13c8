#include "core/learn/target_scale.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"

namespace serin {
namespace {

// A tenth of the largest number of single precision: sums of leaves may go beyond the targets.
constexpr double kMaxTarget = 1e37;

// The greatest power of two that is not above the root of the mean square, 1 where that is 0.
double PowerOfTwoBelow(double mean_square) {
  if (mean_square == 0) return 1;
  return std::ldexp(1.0, std::ilogb(std::sqrt(mean_square)));
}

}  // namespace

absl::StatusOr<TargetScale> TargetScale::Of(const std::vector<double>& targets) {
  const auto [min, max] = std::minmax_element(targets.begin(), targets.end());
  if (std::max(-*min, *max) > kMaxTarget) {
    return InvalidField("target", absl::StrCat("holds numbers beyond ", kMaxTarget,
                                               ", which trees cannot predict; scale it down"));
  }
  const auto rows = static_cast<double>(targets.size());
  const auto mean = static_cast<float>(std::accumulate(targets.begin(), targets.end(), 0.0) / rows);
  double squares = 0;
  for (const double target : targets) squares += (target - mean) * (target - mean);
  return TargetScale(mean, PowerOfTwoBelow(squares / rows));
}

void TargetScale::Unscale(internal::v1::TreeEnsemble* trees) const {
  for (float& score : *trees->mutable_base_scores()) score = offset_;
  for (internal::v1::Tree& tree : *trees->mutable_trees()) {
    for (int node = 0; node < tree.thresholds_size(); ++node) {
      if (tree.left_children(node) >= 0) continue;
      tree.set_thresholds(node, static_cast<float>(tree.thresholds(node) * factor_));
    }
  }
}

}  // namespace serin
