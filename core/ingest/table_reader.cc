#include "core/ingest/table_reader.h"

#include <utility>

#include "core/base/status_macros.h"
#include "core/table/csv_reader.h"
#include "core/table/schema.h"
#include "core/table/table_source.h"

namespace serin {

class TableReader::Impl {
 public:
  Impl(std::unique_ptr<CsvReader> reader, const IngestOptions& options, Sink sink)
      : reader_(std::move(reader)), format_(options.format), sink_(std::move(sink)) {}

  absl::Status Push(absl::string_view bytes) { return reader_->Push(bytes); }

  absl::StatusOr<IngestResult> Finish() {
    SERIN_ASSIGN_OR_RETURN(Table table, reader_->Finish());
    IngestResult result;
    result.format = format_;
    result.format.set_kind(v1::FileFormat::KIND_CSV);
    result.format.set_compression(v1::FileFormat::COMPRESSION_NONE);
    result.schema = SchemaOf(table);
    result.row_count = static_cast<int64_t>(table.row_count());
    SERIN_RETURN_IF_ERROR(Emit(std::move(table)));
    return result;
  }

 private:
  absl::Status Emit(Table table) {
    const MemoryTable source(std::move(table), kMaxBatchRows);
    ReadPlan plan;
    for (int i = 0; i < source.schema().columns_size(); ++i) plan.columns.push_back(i);
    SERIN_ASSIGN_OR_RETURN(const auto cursor, source.Read(plan));
    for (;;) {
      SERIN_ASSIGN_OR_RETURN(const TableBatch* batch, cursor->Next());
      if (batch == nullptr) return absl::OkStatus();
      SERIN_RETURN_IF_ERROR(sink_(batch->table));
    }
  }

  const std::unique_ptr<CsvReader> reader_;
  const v1::FileFormat format_;
  const Sink sink_;
};

absl::StatusOr<std::unique_ptr<TableReader>> TableReader::Create(const IngestOptions& options,
                                                                 const v1::Schema& schema,
                                                                 const IngestLimits& limits,
                                                                 Sink sink) {
  const CsvLimits csv_limits = {.max_columns = limits.max_columns,
                                .max_record_bytes = limits.max_record_bytes,
                                .max_bytes = limits.max_bytes};
  SERIN_ASSIGN_OR_RETURN(auto reader, CsvReader::Create(options.format.csv(), schema, csv_limits));
  return std::unique_ptr<TableReader>(
      new TableReader(std::make_unique<Impl>(std::move(reader), options, std::move(sink))));
}

TableReader::TableReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TableReader::~TableReader() = default;

absl::Status TableReader::Push(absl::string_view bytes) { return impl_->Push(bytes); }
absl::StatusOr<IngestResult> TableReader::Finish() { return impl_->Finish(); }

}  // namespace serin
