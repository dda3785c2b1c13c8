#include "core/transform/row_collector.h"

#include <string>

#include "core/base/status_macros.h"

namespace serin {
namespace {

// A vector that grows by doubling has half as much again as it needs, on average.
constexpr int64_t kGrowthNumerator = 3;
constexpr int64_t kGrowthDenominator = 2;
// The string itself, its place in the index of the dictionary, and what allocating it takes.
constexpr int64_t kStringOverhead = 56;

int64_t RowBytes(const Table& table) {
  int64_t bytes = 0;
  for (const ColumnData& column : table.columns) {
    bytes += column.is_string() ? sizeof(int32_t) : sizeof(double);
  }
  return bytes;
}

}  // namespace

absl::Status RowCollector::Append(const Table& batch, size_t row_count) {
  const int64_t row_bytes = RowBytes(batch) * kGrowthNumerator / kGrowthDenominator + row_overhead_;
  if (!context_->memory->Reserve(row_bytes * static_cast<int64_t>(row_count))) {
    return context_->OverMemory();
  }
  appender_.Append(batch, 0, row_count);
  return ReserveStrings();
}

absl::Status RowCollector::ReserveStrings() {
  const std::vector<ColumnData>& columns = appender_.table().columns;
  counted_strings_.resize(columns.size(), 0);
  int64_t bytes = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::vector<std::string>& dictionary = columns[i].dictionary;
    for (size_t& code = counted_strings_[i]; code < dictionary.size(); ++code) {
      bytes += static_cast<int64_t>(dictionary[code].size()) + kStringOverhead;
    }
  }
  return context_->memory->Reserve(bytes) ? absl::OkStatus() : context_->OverMemory();
}

}  // namespace serin
