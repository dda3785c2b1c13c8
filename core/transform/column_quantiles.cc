#include "core/transform/column_quantiles.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace serin {
namespace {

double QuantileOf(const std::vector<double>& sorted, double fraction) {
  const double rank = fraction * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(std::floor(rank));
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return std::lerp(sorted[below], sorted[above], rank - static_cast<double>(below));
}

}  // namespace

absl::Status ColumnQuantiles::Add(const ColumnData& column) {
  const size_t before = values_.capacity();
  for (size_t row = 0; row < column.size(); ++row) {
    if (!column.missing(row)) values_.push_back(column.number(row));
  }
  const auto bytes = static_cast<int64_t>((values_.capacity() - before) * sizeof(double));
  if (!context_->memory->Reserve(bytes)) return context_->OverMemory();
  reserved_bytes_ += bytes;
  return absl::OkStatus();
}

std::vector<double> ColumnQuantiles::Take(const std::vector<double>& fractions) {
  std::sort(values_.begin(), values_.end());
  std::vector<double> quantiles;
  for (const double fraction : fractions) quantiles.push_back(QuantileOf(values_, fraction));
  values_ = {};
  context_->memory->Release(reserved_bytes_);
  return quantiles;
}

}  // namespace serin
