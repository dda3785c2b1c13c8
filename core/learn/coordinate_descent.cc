#include "core/learn/coordinate_descent.h"

#include <algorithm>
#include <cmath>

namespace serin {
namespace {

// What minimises (curvature + l2) / 2 * w^2 - pull * w + l1 * |w|.
double SoftThreshold(double pull, double l1, double curvature) {
  if (pull > l1) return (pull - l1) / curvature;
  if (pull < -l1) return (pull + l1) / curvature;
  return 0;
}

}  // namespace

double Descend(Coordinates coordinates, const ElasticPenalty& penalty, Quadratic* quadratic,
               Eigen::VectorXd* weights) {
  double largest = 0;
  for (Eigen::Index i = 0; i < weights->size(); ++i) {
    double& weight = (*weights)[i];
    if (coordinates == Coordinates::kNonZero && weight == 0) continue;
    const auto at = static_cast<size_t>(i);
    const double curvature = quadratic->Curvature(at);
    if (curvature + penalty.l2[i] <= 0) continue;  // A constant input.
    const double pull = curvature * weight - quadratic->Slope(at);
    const double moved = SoftThreshold(pull, penalty.l1[i], curvature + penalty.l2[i]);
    if (moved == weight) continue;
    largest = std::max(largest, std::abs(moved - weight) * std::sqrt(curvature));
    quadratic->Move(at, moved - weight);
    weight = moved;
  }
  return largest;
}

int DescendUntil(double tolerance, int max_passes, const ElasticPenalty& penalty,
                 Quadratic* quadratic, Eigen::VectorXd* weights) {
  int passes = 0;
  while (passes++ < max_passes) {
    if (Descend(Coordinates::kAll, penalty, quadratic, weights) <= tolerance) break;
    while (passes++ < max_passes) {
      if (Descend(Coordinates::kNonZero, penalty, quadratic, weights) <= tolerance) break;
    }
  }
  return std::min(passes, max_passes);
}

}  // namespace serin
