#ifndef SERIN_CORE_PROFILE_NUMBER_PROFILER_H_
#define SERIN_CORE_PROFILE_NUMBER_PROFILER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "core/profile/heavy_hitters.h"
#include "core/profile/hyper_log_log.h"
#include "core/profile/moments.h"
#include "core/profile/quantile_sketch.h"
#include "core/profile/value_counts.h"
#include "serin/internal/v1/profile_record.pb.h"
#include "serin/v1/dataset.pb.h"

namespace serin {

// Some values of a column of numbers, none missing.
struct NumberBlock {
  absl::Span<const double> numbers;
  absl::Span<const uint64_t> hashes;  // HashNumber of each.
  // INTEGER columns: the values as they are. Else empty.
  absl::Span<const int64_t> integers;
};

// Statistics of the values of a column of numbers, truth values or timestamps.
class NumberProfiler {
 public:
  // All different values are counted while there are at most `capacity`, a power of two; then the
  // sketches take over.
  explicit NumberProfiler(size_t capacity) : capacity_(capacity), values_(capacity) {}

  void Add(const NumberBlock& block);
  void Merge(const NumberProfiler& other);

  // All values so far were of INTEGER columns.
  bool integers() const { return integers_; }
  // All but name, type, and what is missing; `out` has the type.
  void Summarise(v1::ColumnProfile& out) const;

  internal::v1::NumberProfileRecord ToRecord() const;
  // Nothing where the record is none that ToRecord made.
  static std::optional<NumberProfiler> FromRecord(const internal::v1::NumberProfileRecord& record,
                                                  size_t capacity);

 private:
  struct Sketches {
    HyperLogLog distinct;
    QuantileSketch quantiles;
    Moments moments;
    HeavyHitters<uint64_t> frequent;
  };

  double NumberOf(uint64_t bits) const;
  uint64_t HashOf(uint64_t bits) const;
  uint64_t BitsAt(const NumberBlock& block, size_t i) const;
  void Widen();
  size_t CountExactly(const NumberBlock& block);
  void StartSketches();
  void Sketch(const NumberBlock& block, size_t begin);
  void Sketch(uint64_t bits, int64_t count);
  template <typename Visit>
  void ForEachValue(Visit visit) const;
  std::vector<WeightedValue> SortedValues() const;
  void ListTopValues(v1::ColumnProfile& out) const;
  bool ReadCounts(const internal::v1::ValueCountsRecord& record);
  bool ReadSketches(const internal::v1::NumberProfileRecord& record);
  bool ReadFrequent(const internal::v1::HeavyHittersRecord& record);

  size_t capacity_;
  // Values are held by their bits: of an int64_t while this is true, else of a double.
  bool integers_ = true;
  ValueCounts<uint64_t> values_;
  std::optional<Sketches> sketches_;  // In place of `values_`, once these were too many.
};

}  // namespace serin

#endif  // SERIN_CORE_PROFILE_NUMBER_PROFILER_H_
