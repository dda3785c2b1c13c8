#include "core/query/chunk.h"

#include <utility>

#include "core/base/status_macros.h"

namespace serin {
namespace {

class SourceReader : public ChunkReader {
 public:
  SourceReader(std::unique_ptr<TableCursor> cursor, std::vector<int> columns, int schema_columns)
      : cursor_(std::move(cursor)), columns_(std::move(columns)) {
    chunk_.columns.resize(static_cast<size_t>(schema_columns));
  }

  absl::StatusOr<const Chunk*> Next() override {
    SERIN_ASSIGN_OR_RETURN(const TableBatch* batch, cursor_->Next());
    if (batch == nullptr) return nullptr;
    chunk_.first_row = batch->first_row;
    chunk_.row_count = batch->row_count;
    for (size_t i = 0; i < columns_.size(); ++i) {
      chunk_.columns[static_cast<size_t>(columns_[i])] = &batch->table.columns[i];
    }
    return &chunk_;
  }

 private:
  const std::unique_ptr<TableCursor> cursor_;
  const std::vector<int> columns_;
  Chunk chunk_;
};

class SourceTable : public ChunkedTable {
 public:
  explicit SourceTable(std::shared_ptr<const TableSource> source) : source_(std::move(source)) {}

  const v1::Schema& schema() const override { return source_->schema(); }
  int64_t row_count() const override { return source_->row_count(); }

  absl::StatusOr<std::unique_ptr<ChunkReader>> Read(ReadPlan plan) const override {
    std::vector<int> columns = plan.columns;
    SERIN_ASSIGN_OR_RETURN(std::unique_ptr<TableCursor> cursor, source_->Read(std::move(plan)));
    return std::make_unique<SourceReader>(std::move(cursor), std::move(columns),
                                          schema().columns_size());
  }

 private:
  const std::shared_ptr<const TableSource> source_;
};

}  // namespace

std::unique_ptr<ChunkedTable> MakeChunkedTable(std::shared_ptr<const TableSource> source) {
  return std::make_unique<SourceTable>(std::move(source));
}

int64_t MemoryOf(const ColumnData& column) {
  size_t bytes = column.numbers.capacity() * sizeof(double) +
                 column.codes.capacity() * sizeof(int32_t) +
                 column.integers.capacity() * sizeof(int64_t) +
                 column.dictionary.capacity() * sizeof(std::string);
  for (const std::string& value : column.dictionary) {
    if (value.capacity() >= sizeof(std::string) / 2) bytes += value.capacity();
  }
  return static_cast<int64_t>(bytes);
}

}  // namespace serin
