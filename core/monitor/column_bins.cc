#include "core/monitor/column_bins.h"

#include <algorithm>
#include <cmath>

namespace serin {

ColumnBins::ColumnBins(const internal::v1::ColumnDistribution& distribution)
    : bounds_(distribution.bounds().begin(), distribution.bounds().end()),
      missing_(static_cast<size_t>(distribution.counts_size())) {
  for (const std::string& category : distribution.categories()) {
    categories_.emplace(category, categories_.size());
  }
}

size_t ColumnBins::BinOf(double number) const {
  if (std::isnan(number)) return missing_;
  const auto bin = std::lower_bound(bounds_.begin(), bounds_.end(), number) - bounds_.begin();
  return std::min(static_cast<size_t>(bin), missing_);
}

size_t ColumnBins::BinOf(absl::string_view text) const {
  const auto found = categories_.find(text);
  return std::min(found == categories_.end() ? categories_.size() : found->second, missing_);
}

size_t ColumnBins::BinOf(const ColumnData& column, size_t row) const {
  if (column.missing(row)) return missing_;
  return column.is_string() ? BinOf(absl::string_view(column.dictionary[column.codes[row]]))
                            : BinOf(column.number(row));
}

}  // namespace serin
