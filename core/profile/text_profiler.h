#ifndef SERIN_CORE_PROFILE_TEXT_PROFILER_H_
#define SERIN_CORE_PROFILE_TEXT_PROFILER_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "core/profile/heavy_hitters.h"
#include "core/profile/hyper_log_log.h"
#include "core/profile/value_counts.h"
#include "serin/internal/v1/profile_record.pb.h"
#include "serin/v1/dataset.pb.h"

namespace serin {

// Statistics of the values of a column of strings.
class TextProfiler {
 public:
  // All different values are counted while there are at most `capacity`, a power of two; then the
  // sketches take over.
  explicit TextProfiler(size_t capacity) : capacity_(capacity), values_(capacity) {}

  // `count` (not 0) values that are `text`, whose HashText is `hash`.
  void Add(uint64_t hash, absl::string_view text, int64_t count);
  void Merge(const TextProfiler& other);

  // All but name, type, and what is missing.
  void Summarise(v1::ColumnProfile& out) const;

  internal::v1::TextProfileRecord ToRecord() const;
  // Nothing where the record is none that ToRecord made.
  static std::optional<TextProfiler> FromRecord(const internal::v1::TextProfileRecord& record,
                                                size_t capacity);

 private:
  // Long values are held as they are shown.
  struct Shown {
    Shown() = default;
    explicit Shown(absl::string_view text);

    std::string text;
  };

  struct Sketches {
    HyperLogLog distinct;
    HeavyHitters<Shown> frequent;
  };

  template <typename Source>
  void Count(uint64_t hash, const Source& source, int64_t count);
  void StartSketches();
  template <typename Visit>
  void ForEachValue(Visit visit) const;
  bool ReadCounts(const internal::v1::ValueCountsRecord& record);
  bool ReadSketches(const internal::v1::TextProfileRecord& record);

  size_t capacity_;
  int64_t count_ = 0;
  int64_t min_bytes_ = std::numeric_limits<int64_t>::max();
  int64_t max_bytes_ = 0;
  int64_t total_bytes_ = 0;
  ValueCounts<Shown> values_;
  std::optional<Sketches> sketches_;  // In place of `values_`, once these were too many.
};

}  // namespace serin

#endif  // SERIN_CORE_PROFILE_TEXT_PROFILER_H_
