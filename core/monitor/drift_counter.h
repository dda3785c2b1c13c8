#ifndef SERIN_CORE_MONITOR_DRIFT_COUNTER_H_
#define SERIN_CORE_MONITOR_DRIFT_COUNTER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/monitor/column_bins.h"
#include "core/table/table.h"
#include "serin/internal/v1/bundle.pb.h"
#include "serin/internal/v1/cluster_service.pb.h"

namespace serin {

// Counts what one model version is asked, and answers, over the bins of its training. Counts are of
// the window of time that runs and the one before it: windows begin at whole hours of the clock, so
// that what is counted is of the last one to two hours, and the same on all predictors.
//
// Of a call of more than 128 rows so many are counted, evenly spaced: counting costs a few
// nanoseconds for each value, and is not to cost more than scoring does.
//
// Thread-safe; threads that answer do not wait for each other.
class DriftCounter {
 public:
  static constexpr absl::Duration kWindow = absl::Hours(1);

  // `model`: its classes; `profile` is of it (see Fits).
  DriftCounter(internal::v1::TrainingProfile profile, const internal::v1::Predictor& model);

  // Whether the profile is one of the model's: a distribution for each feature, and bins that
  // numbers and categories can be found in.
  static bool Fits(const internal::v1::TrainingProfile& profile,
                   const internal::v1::Predictor& model);

  const internal::v1::TrainingProfile& profile() const { return profile_; }

  // The rows of a call and its answer, as LogRows::Append has them.
  void Add(const Table& features, absl::Span<const double> outputs, absl::Time now);

  // About how much memory it takes once every thread has counted in both windows. The bins count
  // as the profile that they are made of.
  size_t memory_bytes() const;

  // All but whose they are; the start is that of the first row counted.
  internal::v1::VersionDistribution Counts(absl::Time now) const;

 private:
  // Of one window.
  struct Window {
    int64_t number = 0;                         // Windows since 1970.
    absl::Time first = absl::InfiniteFuture();  // When the first row was counted.
    int64_t rows = 0;
    std::vector<int64_t> counts;  // Column by column.
  };
  struct alignas(64) Shard {
    mutable absl::Mutex mutex;
    std::array<Window, 2> windows ABSL_GUARDED_BY(mutex);  // By number % 2.
  };

  Window& Current(Shard& shard, absl::Time now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(shard.mutex);
  void CountRow(const Table& features, size_t row, absl::Span<const double> outputs,
                Window& window) const;
  size_t BinOfAnswer(absl::Span<const double> outputs) const;

  const internal::v1::TrainingProfile profile_;
  std::vector<ColumnBins> bins_;    // Of the features, then of the prediction.
  std::vector<size_t> begins_;      // Where their counts begin.
  std::vector<size_t> class_bins_;  // By class; empty for regression.
  size_t count_size_ = 0;
  std::array<Shard, 8> shards_;
};

}  // namespace serin

#endif  // SERIN_CORE_MONITOR_DRIFT_COUNTER_H_
