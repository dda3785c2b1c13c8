#ifndef SERIN_CORE_PROFILE_QUANTILE_SKETCH_H_
#define SERIN_CORE_PROFILE_QUANTILE_SKETCH_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "core/base/random_bits.h"
#include "serin/internal/v1/profile_record.pb.h"

namespace serin {

// A value that stands for `count` values.
struct WeightedValue {
  double value;
  int64_t count;
};

// A sample of numbers from which quantiles can be read: Karnin, Lang and Liberty, "Optimal quantile
// approximation in streams" (2016), with the sampler in front that section 4 of the paper
// describes.
//
// Values are kept in levels; one on level h stands for 2^h values. A level that is full is sorted,
// and every other value, beginning with the first or the second by chance, moves one level up. Of
// levels there are kLevels at most: once more are needed, the lowest is given up, and of every 2^h
// values added only one, drawn at random, enters the level h that is then the lowest. So adding
// costs less the more values there are.
//
// Sketches of parts of the values can be merged; the error stays within its bound. The same calls
// give the same sketch everywhere, as the randomness is seeded.
class QuantileSketch {
 public:
  // The rank of what a sketch returns as a quantile is off by at most this fraction of the values,
  // with a probability of 99 % for each quantile. (quantile_sketch_test.cc measures it.)
  static constexpr double kRankError = 0.01;

  void Add(absl::Span<const double> values);
  // `count` times the same value.
  void Add(double value, int64_t count);
  void Merge(const QuantileSketch& other);

  int64_t count() const { return count_; }
  // The sample, ascending; its counts add up to count(). The least and the greatest value are in
  // it.
  std::vector<WeightedValue> Sorted() const;

  internal::v1::QuantileSketchRecord ToRecord() const;
  // Nothing where the record is none that ToRecord made.
  static std::optional<QuantileSketch> FromRecord(const internal::v1::QuantileSketchRecord& record);

 private:
  static constexpr size_t kLevels = 6;
  // The highest level holds this many values, each one below it 2/3 of the next.
  static constexpr size_t kHighestCapacity = 1024;
  // The lowest one is larger: that makes fewer moves of it.
  static constexpr size_t kLowestCapacity = 256;
  // No sketch gets there in practice: it would stand for 10^14 values.
  static constexpr int kHighestFirstLevel = 31;

  size_t CapacityOf(size_t level) const;
  int64_t Weight(size_t level) const { return int64_t{1} << (first_level_ + level); }
  void TakeExtremes(absl::Span<const double> values);
  size_t AddToLowest(absl::Span<const double> values);
  size_t DrawFromGroup(absl::Span<const double> values);
  void Draw(double value, int64_t count);
  void EndGroupWhereFull();
  void MergeLevel(int height, std::vector<double>& values);
  void CompactWhereFull();
  void Compact(size_t level);
  void GiveUpLowestLevel();
  bool IsSound() const;

  int64_t count_ = 0;
  double min_ = std::numeric_limits<double>::infinity();
  double max_ = -std::numeric_limits<double>::infinity();
  // levels_[i] is level first_level_ + i. Sorted, but for the lowest.
  std::vector<std::vector<double>> levels_ = {{}};
  int first_level_ = 0;
  // The group of 2^first_level_ values of which one is being drawn.
  int64_t pending_count_ = 0;
  double pending_value_ = 0;
  RandomBits random_{1};
};

}  // namespace serin

#endif  // SERIN_CORE_PROFILE_QUANTILE_SKETCH_H_
