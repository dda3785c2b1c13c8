#ifndef SERIN_CORE_MONITOR_COLUMN_BINS_H_
#define SERIN_CORE_MONITOR_COLUMN_BINS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "core/table/table.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Finds the bin of a value: those of ColumnDistribution.counts, and one behind them for what is
// missing. Immutable, thread-safe.
class ColumnBins {
 public:
  explicit ColumnBins(const internal::v1::ColumnDistribution& distribution);

  // With that of what is missing.
  size_t size() const { return missing_ + 1; }
  size_t missing() const { return missing_; }

  size_t BinOf(double number) const;
  size_t BinOf(absl::string_view text) const;
  // Of a row of a column that has the values which the distribution is of.
  size_t BinOf(const ColumnData& column, size_t row) const;

 private:
  std::vector<double> bounds_;
  absl::flat_hash_map<std::string, size_t> categories_;
  size_t missing_;
};

}  // namespace serin

#endif  // SERIN_CORE_MONITOR_COLUMN_BINS_H_
