#include "core/transform/batch_stream.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "core/base/status_macros.h"

namespace serin {
namespace {

constexpr size_t kCellsPerBatch = 1 << 20;
constexpr size_t kMaxRowsPerBatch = 64 << 10;

class SourceStream : public BatchStream {
 public:
  SourceStream(std::unique_ptr<TableCursor> cursor, std::function<bool()> cancelled)
      : cursor_(std::move(cursor)), cancelled_(std::move(cancelled)) {}

  absl::StatusOr<std::optional<Table>> Next() override {
    if (cancelled_()) return absl::CancelledError("the caller has gone away");
    SERIN_ASSIGN_OR_RETURN(const TableBatch* const batch, cursor_->Next());
    if (batch == nullptr) return std::nullopt;
    return batch->table;
  }

 private:
  const std::unique_ptr<TableCursor> cursor_;
  const std::function<bool()> cancelled_;
};

class CuttingStream : public BatchStream {
 public:
  CuttingStream(std::unique_ptr<BatchStream> input, size_t rows)
      : input_(std::move(input)), rows_(rows) {}

  absl::StatusOr<std::optional<Table>> Next() override {
    if (next_row_ == batch_.row_count()) {
      SERIN_ASSIGN_OR_RETURN(std::optional<Table> batch, input_->Next());
      if (!batch || batch->row_count() <= rows_) return batch;
      batch_ = *std::move(batch);
      next_row_ = 0;
    }
    std::vector<size_t> rows(std::min(rows_, batch_.row_count() - next_row_));
    std::iota(rows.begin(), rows.end(), next_row_);
    next_row_ += rows.size();
    return TakeRows(batch_, rows.data(), rows.data() + rows.size());
  }

 private:
  const std::unique_ptr<BatchStream> input_;
  const size_t rows_;
  Table batch_;
  size_t next_row_ = 0;
};

template <typename Value>
std::vector<Value> Take(const std::vector<Value>& values, const size_t* begin, const size_t* end) {
  if (values.empty()) return {};
  std::vector<Value> taken;
  taken.reserve(static_cast<size_t>(end - begin));
  for (const size_t* row = begin; row != end; ++row) taken.push_back(values[*row]);
  return taken;
}

// Replaces a dictionary by what the rows use of it.
void TakeUsedStrings(const std::vector<std::string>& dictionary, ColumnData* column) {
  absl::flat_hash_map<int32_t, int32_t> new_codes;
  for (int32_t& code : column->codes) {
    if (code == ColumnData::kMissingCode) continue;
    const auto [entry, is_new] =
        new_codes.emplace(code, static_cast<int32_t>(column->dictionary.size()));
    if (is_new) column->dictionary.push_back(dictionary[static_cast<size_t>(code)]);
    code = entry->second;
  }
}

ColumnData TakeRowsOf(const ColumnData& column, const size_t* begin, const size_t* end) {
  ColumnData taken{.name = column.name,
                   .type = column.type,
                   .numbers = Take(column.numbers, begin, end),
                   .codes = Take(column.codes, begin, end),
                   .integers = Take(column.integers, begin, end)};
  if (column.dictionary.size() <= taken.codes.size()) {
    taken.dictionary = column.dictionary;
  } else {
    TakeUsedStrings(column.dictionary, &taken);
  }
  return taken;
}

}  // namespace

size_t RowsPerBatch(size_t columns) {
  return std::clamp<size_t>(kCellsPerBatch / std::max<size_t>(columns, 1), 1, kMaxRowsPerBatch);
}

absl::StatusOr<std::unique_ptr<BatchStream>> ReadAll(const TableSource& table,
                                                     std::function<bool()> cancelled) {
  ReadPlan plan;
  plan.columns.resize(static_cast<size_t>(table.schema().columns_size()));
  std::iota(plan.columns.begin(), plan.columns.end(), 0);
  SERIN_ASSIGN_OR_RETURN(std::unique_ptr<TableCursor> cursor, table.Read(std::move(plan)));
  return std::make_unique<SourceStream>(std::move(cursor), std::move(cancelled));
}

std::unique_ptr<BatchStream> CutBatches(std::unique_ptr<BatchStream> input, size_t rows) {
  return std::make_unique<CuttingStream>(std::move(input), rows);
}

Table TakeRows(const Table& table, const size_t* begin, const size_t* end) {
  Table taken;
  taken.columns.reserve(table.columns.size());
  for (const ColumnData& column : table.columns) {
    taken.columns.push_back(TakeRowsOf(column, begin, end));
  }
  return taken;
}

}  // namespace serin
