#include "core/monitor/column_bins.h"

#include <algorithm>
#include <cmath>

namespace serin {
namespace {

// Comparing with so many takes less time than one branch that is guessed wrong.
constexpr size_t kFewBounds = 32;

// How many of the sorted bounds are less than a number.
size_t CountBelow(const std::vector<double>& bounds, double number) {
  if (bounds.size() > kFewBounds) {
    const auto first_not_below = std::lower_bound(bounds.begin(), bounds.end(), number);
    return static_cast<size_t>(first_not_below - bounds.begin());
  }
  size_t count = 0;
  for (const double bound : bounds) count += bound < number ? 1 : 0;
  return count;
}

}  // namespace

ColumnBins::ColumnBins(const internal::v1::ColumnDistribution& distribution)
    : bounds_(distribution.bounds().begin(), distribution.bounds().end()),
      missing_(static_cast<size_t>(distribution.counts_size())) {
  for (const std::string& category : distribution.categories()) {
    categories_.emplace(category, categories_.size());
  }
}

size_t ColumnBins::BinOf(double number) const {
  if (std::isnan(number)) return missing_;
  return std::min(CountBelow(bounds_, number), missing_);
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
