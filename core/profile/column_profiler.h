#ifndef SERIN_CORE_PROFILE_COLUMN_PROFILER_H_
#define SERIN_CORE_PROFILE_COLUMN_PROFILER_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/profile/number_profiler.h"
#include "core/profile/text_profiler.h"
#include "core/table/table.h"
#include "serin/internal/v1/profile_record.pb.h"
#include "serin/v1/dataset.pb.h"
#include "serin/v1/table.pb.h"

namespace serin {

// Statistics of one column; see TableProfiler.
//
// Everything is exact while the column has at most 4,096 different values (in tables of more than
// 256 columns fewer: 2^20 by the number of columns; 2^18 where they are strings), as all of them
// are then counted. Beyond that the number of different values is estimated (hyper_log_log.h), and
// so are quantiles and histogram (quantile_sketch.h), and the most frequent values have counts with
// a bound on their error (heavy_hitters.h). Counts, extremes, mean and standard deviation always
// are exact, the last two but for rounding.
class ColumnProfiler {
 public:
  // Of a table with so many columns.
  explicit ColumnProfiler(size_t column_count);

  // Adds the rows of `column`, and to each of `row_hashes` its value's hash times `multiplier`;
  // nothing where it is missing, so that a row is the same before and after a column comes in.
  void Add(const ColumnData& column, uint64_t multiplier, absl::Span<uint64_t> row_hashes);
  // Adds rows without a value.
  void AddMissing(size_t rows);
  void Merge(const ColumnProfiler& later);

  // FAILED_PRECONDITION where values are not of the type that the schema says.
  absl::StatusOr<v1::ColumnProfile> Finish(const v1::ColumnSchema& schema) const;

  // Equal for columns with the same values in the same rows, if they were added and merged alike;
  // different for others but for a chance of about 2^-60.
  uint64_t fingerprint() const { return fingerprint_; }

  internal::v1::ColumnProfileRecord ToRecord() const;
  // Nothing where the record is none that ToRecord made.
  static std::optional<ColumnProfiler> FromRecord(const internal::v1::ColumnProfileRecord& record,
                                                  size_t column_count);

 private:
  template <typename Value>
  void AddNumbers(absl::Span<const Value> values, uint64_t multiplier,
                  absl::Span<uint64_t> row_hashes);
  template <typename Value>
  void AddBlock(absl::Span<const Value> values, absl::Span<uint64_t> hashes);
  void AddTexts(const ColumnData& column, uint64_t multiplier, absl::Span<uint64_t> row_hashes);
  void MixIn(absl::Span<const uint64_t> hashes, uint64_t multiplier,
             absl::Span<uint64_t> row_hashes);

  size_t column_count_;
  int64_t missing_ = 0;
  uint64_t fingerprint_ = 0;
  // Set once there are such values; both only where the column changed its type too far.
  std::optional<NumberProfiler> numbers_;
  std::optional<TextProfiler> texts_;
};

}  // namespace serin

#endif  // SERIN_CORE_PROFILE_COLUMN_PROFILER_H_
