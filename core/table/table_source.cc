#include "core/table/table_source.h"

#include <algorithm>
#include <utility>

#include "core/table/schema.h"

namespace serin {
namespace {

template <typename Value>
std::vector<Value> Slice(const std::vector<Value>& values, int64_t begin, int64_t end) {
  if (values.empty()) return {};
  return std::vector<Value>(values.begin() + begin, values.begin() + end);
}

ColumnData SliceColumn(const ColumnData& column, int64_t begin, int64_t end) {
  return ColumnData{.name = column.name,
                    .type = column.type,
                    .numbers = Slice(column.numbers, begin, end),
                    .codes = Slice(column.codes, begin, end),
                    .dictionary = column.dictionary,
                    .integers = Slice(column.integers, begin, end)};
}

class MemoryCursor : public TableCursor {
 public:
  MemoryCursor(const Table* table, int64_t batch_rows, ReadPlan plan)
      : table_(table),
        batch_rows_(batch_rows),
        plan_(std::move(plan)),
        next_row_(std::max<int64_t>(plan_.first_row, 0)),
        end_row_(EndRow(static_cast<int64_t>(table->row_count()))) {}

  absl::StatusOr<const TableBatch*> Next() override {
    if (next_row_ >= end_row_) return nullptr;
    const int64_t end = next_row_ + std::min(batch_rows_, end_row_ - next_row_);
    batch_.first_row = next_row_;
    batch_.row_count = end - next_row_;
    batch_.table.columns.clear();
    for (const int column : plan_.columns) {
      batch_.table.columns.push_back(
          SliceColumn(table_->columns[static_cast<size_t>(column)], next_row_, end));
    }
    next_row_ = end;
    return &batch_;
  }

 private:
  int64_t EndRow(int64_t row_count) const {
    return plan_.row_limit < row_count - next_row_ ? next_row_ + plan_.row_limit : row_count;
  }

  const Table* const table_;
  const int64_t batch_rows_;
  const ReadPlan plan_;
  int64_t next_row_;
  const int64_t end_row_;
  TableBatch batch_;
};

}  // namespace

MemoryTable::MemoryTable(Table table, int64_t batch_rows)
    : table_(std::move(table)), schema_(SchemaOf(table_)), batch_rows_(batch_rows) {}

absl::StatusOr<std::unique_ptr<TableCursor>> MemoryTable::Read(ReadPlan plan) const {
  return std::make_unique<MemoryCursor>(&table_, batch_rows_, std::move(plan));
}

}  // namespace serin
