#ifndef SERIN_CORE_ENGINE_NEAREST_NEIGHBORS_ENGINE_H_
#define SERIN_CORE_ENGINE_NEAREST_NEIGHBORS_ENGINE_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "core/base/memory_bytes.h"
#include "core/engine/estimator.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// The classes' shares, or the mean of the targets, among the nearest of all rows that the model
// keeps. Squared distances are added in order of the inputs, in double precision, from inputs in
// single precision; the neighbours in order of distance and then of the rows.
//
// Goes through all rows: with tens of inputs no index does better (Beyer, Goldstein, Ramakrishnan
// and Shaft, "When is nearest neighbor meaningful?", ICDT 1999), and this is a scan of memory.
class NearestNeighborsEngine final : public Estimator {
 public:
  // INVALID_ARGUMENT if the arrays disagree, there are fewer rows than neighbours, or a number is
  // not what it can be. class_count 0: regression.
  static absl::StatusOr<std::unique_ptr<const NearestNeighborsEngine>> Create(
      const internal::v1::NearestNeighborsEstimator& message, size_t input_count,
      size_t class_count);

  size_t margin_count() const override { return MarginsFor(class_count_); }
  Link link() const override { return Link::kProbability; }
  void Score(const double* inputs, size_t row_count, double* margins) const override;
  size_t memory_bytes() const override {
    return sizeof(*this) + HeapBytes(targets_) + HeapBytes(blocks_);
  }

 private:
  struct Neighbor {
    double squared_distance;
    size_t row;
    bool operator<(const Neighbor& other) const {
      return squared_distance < other.squared_distance ||
             (squared_distance == other.squared_distance && row < other.row);
    }
  };

  NearestNeighborsEngine(const internal::v1::NearestNeighborsEstimator& message, size_t input_count,
                         size_t class_count);

  // The nearest rows to a row of inputs, nearest first.
  std::vector<Neighbor> Find(const float* inputs) const;
  double WeightOf(const Neighbor& neighbor, const Neighbor& nearest) const;
  void AddShares(const std::vector<Neighbor>& neighbors, double* margins) const;
  double MeanOf(const std::vector<Neighbor>& neighbors) const;

  const size_t input_count_;
  const size_t class_count_;
  const size_t neighbor_count_;
  const bool distance_weighted_;
  const std::vector<double> targets_;
  // Blocks of rows: for each input the numbers of the block's rows side by side.
  std::vector<float> blocks_;
};

}  // namespace serin

#endif  // SERIN_CORE_ENGINE_NEAREST_NEIGHBORS_ENGINE_H_
