#include "core/engine/nearest_neighbors_engine.h"

#include <algorithm>
#include <cmath>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/engine/row_distances.h"

namespace serin {
namespace {

absl::Status Invalid(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("nearest neighbors: ", what));
}

absl::Status CheckSizes(const internal::v1::NearestNeighborsEstimator& message,
                        size_t input_count) {
  const auto rows = static_cast<size_t>(message.targets_size());
  if (message.neighbors() < 1 || static_cast<size_t>(message.neighbors()) > rows) {
    return Invalid(absl::StrCat(message.neighbors(), " neighbors of ", rows, " rows"));
  }
  if (static_cast<size_t>(message.inputs_size()) != rows * input_count) {
    return Invalid(absl::StrCat(message.inputs_size(), " numbers for ", rows, " rows of ",
                                input_count, " inputs"));
  }
  return absl::OkStatus();
}

bool IsTarget(double target, size_t class_count) {
  if (class_count == 0) return std::isfinite(target);
  return target >= 0 && target < static_cast<double>(class_count) && target == std::floor(target);
}

absl::Status CheckNumbers(const internal::v1::NearestNeighborsEstimator& message,
                          size_t class_count) {
  for (const float input : message.inputs()) {
    if (!std::isfinite(input)) return Invalid("an input is not finite");
  }
  for (const double target : message.targets()) {
    if (!IsTarget(target, class_count)) return Invalid("a target is no class or not finite");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<const NearestNeighborsEngine>> NearestNeighborsEngine::Create(
    const internal::v1::NearestNeighborsEstimator& message, size_t input_count,
    size_t class_count) {
  SERIN_RETURN_IF_ERROR(CheckSizes(message, input_count));
  SERIN_RETURN_IF_ERROR(CheckNumbers(message, class_count));
  return absl::WrapUnique(new NearestNeighborsEngine(message, input_count, class_count));
}

NearestNeighborsEngine::NearestNeighborsEngine(
    const internal::v1::NearestNeighborsEstimator& message, size_t input_count, size_t class_count)
    : input_count_(input_count),
      class_count_(class_count),
      neighbor_count_(static_cast<size_t>(message.neighbors())),
      distance_weighted_(message.distance_weighted()),
      targets_(message.targets().begin(), message.targets().end()) {
  const size_t block_count = (targets_.size() + kDistanceRows - 1) / kDistanceRows;
  blocks_.resize(block_count * kDistanceRows * input_count);
  const float* from = message.inputs().data();
  for (size_t row = 0; row < targets_.size(); ++row) {
    float* to =
        blocks_.data() + row / kDistanceRows * kDistanceRows * input_count + row % kDistanceRows;
    for (size_t i = 0; i < input_count; ++i) to[i * kDistanceRows] = *from++;
  }
}

std::vector<NearestNeighborsEngine::Neighbor> NearestNeighborsEngine::Find(
    const float* inputs) const {
  std::vector<Neighbor> nearest;  // A heap with the farthest on top.
  nearest.reserve(neighbor_count_ + 1);
  double distances[kDistanceRows];
  for (size_t first = 0; first < targets_.size(); first += kDistanceRows) {
    SquaredDistances(inputs, blocks_.data() + first * input_count_, input_count_, distances);
    const size_t count = std::min(kDistanceRows, targets_.size() - first);
    for (size_t i = 0; i < count; ++i) {
      // A row as far as the farthest comes later and loses.
      const bool full = nearest.size() == neighbor_count_;
      if (full && !(distances[i] < nearest.front().squared_distance)) continue;
      nearest.push_back({distances[i], first + i});
      std::push_heap(nearest.begin(), nearest.end());
      if (!full) continue;
      std::pop_heap(nearest.begin(), nearest.end());
      nearest.pop_back();
    }
  }
  std::sort_heap(nearest.begin(), nearest.end());
  return nearest;
}

double NearestNeighborsEngine::WeightOf(const Neighbor& neighbor, const Neighbor& nearest) const {
  if (!distance_weighted_) return 1;
  if (nearest.squared_distance == 0) return neighbor.squared_distance == 0 ? 1 : 0;
  // 1 / distance, in units of the nearest's, so that no weight is infinite.
  return std::sqrt(nearest.squared_distance) / std::sqrt(neighbor.squared_distance);
}

void NearestNeighborsEngine::AddShares(const std::vector<Neighbor>& neighbors,
                                       double* margins) const {
  std::vector<double> weights(class_count_);
  double total = 0;
  for (const Neighbor& neighbor : neighbors) {
    const double weight = WeightOf(neighbor, neighbors.front());
    weights[static_cast<size_t>(targets_[neighbor.row])] += weight;
    total += weight;
  }
  if (class_count_ == 2) {
    *margins = weights[1] / total;
    return;
  }
  for (size_t c = 0; c < class_count_; ++c) margins[c] = weights[c] / total;
}

double NearestNeighborsEngine::MeanOf(const std::vector<Neighbor>& neighbors) const {
  double mean = 0;  // Kept up to date one by one: a sum of the largest doubles would be infinite.
  double total = 0;
  for (const Neighbor& neighbor : neighbors) {
    const double weight = WeightOf(neighbor, neighbors.front());
    if (weight == 0) continue;
    total += weight;
    const double share = weight / total;
    mean = mean * (1 - share) + targets_[neighbor.row] * share;
  }
  return mean;
}

void NearestNeighborsEngine::Score(const double* inputs, size_t row_count, double* margins) const {
  std::vector<float> row(input_count_);
  for (size_t i = 0; i < row_count; ++i, inputs += input_count_, margins += margin_count()) {
    std::transform(inputs, inputs + input_count_, row.begin(),
                   [](double x) { return static_cast<float>(x); });
    const std::vector<Neighbor> neighbors = Find(row.data());
    if (class_count_ == 0) {
      *margins = MeanOf(neighbors);
    } else {
      AddShares(neighbors, margins);
    }
  }
}

}  // namespace serin
