#include "core/transform/joined_rows.h"

#include <limits>
#include <optional>
#include <utility>

#include "core/base/status_macros.h"

namespace serin {
namespace {

void AppendMissing(ColumnData* column) {
  if (column->is_string()) {
    column->codes.push_back(ColumnData::kMissingCode);
  } else if (column->is_integer()) {
    column->integers.push_back(ColumnData::kMissingInteger);
  } else {
    column->numbers.push_back(std::numeric_limits<double>::quiet_NaN());
  }
}

Table ColumnsOf(const Table& batch, const std::vector<int>& columns) {
  Table chosen;
  for (const int column : columns) {
    chosen.columns.push_back(batch.columns[static_cast<size_t>(column)]);
  }
  return chosen;
}

}  // namespace

absl::Status JoinedRows::Add(const Table& batch, const std::vector<int>& keys,
                             const std::vector<int>& values) {
  RowKeys row_keys(batch, keys);
  std::vector<size_t> complete;
  for (size_t row = 0; row < batch.row_count(); ++row) {
    const std::optional<RowKey> key = row_keys.OfComplete(row);
    if (!key) continue;
    complete.push_back(row);
    const size_t added = next_.size();
    const auto [chain, is_new] = chains_.try_emplace(*key, Chain{added, added});
    if (!is_new) next_[std::exchange(chain->second.last, added)] = added;
    next_.push_back(added);  // Finish says what follows the last.
  }
  const Table chosen = ColumnsOf(batch, values);
  return collector_.Append(TakeRows(chosen, complete.data(), complete.data() + complete.size()),
                           complete.size());
}

void JoinedRows::Finish() {
  values_ = collector_.Take();
  for (ColumnData& column : values_.columns) AppendMissing(&column);
  for (const auto& [key, chain] : chains_) next_[chain.last] = none();
}

size_t JoinedRows::First(RowKey key) const {
  const auto chain = chains_.find(key);
  return chain == chains_.end() ? none() : chain->second.first;
}

}  // namespace serin
