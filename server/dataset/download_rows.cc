#include "server/dataset/download_rows.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/table/csv_writer.h"
#include "core/table/json_lines_writer.h"
#include "server/dataset/column_choice.h"
#include "server/dataset/stored_table.h"

namespace serin {
namespace {

using Format = v1::DownloadDatasetRequest;

constexpr size_t kMessageBytes = 1 << 20;
constexpr size_t kMaxRowsAtATime = 256;

// So many that what they are written as is about a message at most, and one at least. Strings may
// be long, and many rows may share one.
size_t RowsAtATime(const Table& table) {
  size_t longest_row = 1;
  for (const ColumnData& column : table.columns) {
    size_t longest = 0;
    for (const std::string& text : column.dictionary) longest = std::max(longest, text.size());
    longest_row += longest;
  }
  return std::clamp<size_t>(kMessageBytes / longest_row, 1, kMaxRowsAtATime);
}

class RowsDownload final : public Download {
 public:
  RowsDownload(std::shared_ptr<const StoredTable> table, std::unique_ptr<TableCursor> cursor,
               const std::vector<int>& columns, Format::Format format)
      : table_(std::move(table)), cursor_(std::move(cursor)), format_(format) {
    v1::Schema schema;
    for (const int column : columns) *schema.add_columns() = table_->schema().columns(column);
    if (format_ == Format::FORMAT_CSV) AppendCsvHeader(schema, &text_);
  }

  absl::StatusOr<std::optional<v1::DownloadDatasetResponse>> Next() override {
    SERIN_RETURN_IF_ERROR(Fill());
    if (text_.empty() && !is_first_) return std::nullopt;
    v1::DownloadDatasetResponse response;
    response.set_chunk(text_.substr(0, kMessageBytes));
    text_.erase(0, kMessageBytes);
    if (std::exchange(is_first_, false)) response.set_file_name(FileName());
    return response;
  }

 private:
  // Writes rows until there is enough for a message, or no row left.
  absl::Status Fill() {
    while (text_.size() < kMessageBytes && !done_) {
      if (batch_ == nullptr || next_row_ == static_cast<size_t>(batch_->row_count)) {
        SERIN_ASSIGN_OR_RETURN(batch_, cursor_->Next());
        next_row_ = 0;
        done_ = batch_ == nullptr;
        if (!done_) rows_at_a_time_ = RowsAtATime(batch_->table);
        continue;
      }
      const size_t end =
          std::min(next_row_ + rows_at_a_time_, static_cast<size_t>(batch_->row_count));
      Append(end);
      next_row_ = end;
    }
    return absl::OkStatus();
  }

  void Append(size_t end) {
    if (format_ == Format::FORMAT_CSV) {
      AppendCsvRows(batch_->table, next_row_, end, &text_);
    } else {
      AppendJsonLines(batch_->table, next_row_, end, &text_);
    }
  }

  // datasets/iris/versions/3 as iris-3.csv.
  std::string FileName() const {
    const absl::string_view name = table_->version().name();
    const size_t begin = name.find('/') + 1;
    return absl::StrCat(name.substr(begin, name.find('/', begin) - begin), "-",
                        table_->version().version(),
                        format_ == Format::FORMAT_CSV ? ".csv" : ".jsonl");
  }

  const std::shared_ptr<const StoredTable> table_;
  const std::unique_ptr<TableCursor> cursor_;
  const Format::Format format_;
  const TableBatch* batch_ = nullptr;  // Being written; null: the next one is to be read.
  size_t next_row_ = 0;                // Of the batch.
  size_t rows_at_a_time_ = 1;
  std::string text_;  // Written and not yet sent.
  bool done_ = false;
  bool is_first_ = true;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Download>> DownloadRows(const Store& store,
                                                       absl::string_view project,
                                                       const VersionedRef& ref,
                                                       const v1::DownloadDatasetRequest& request) {
  SERIN_ASSIGN_OR_RETURN(std::shared_ptr<const StoredTable> table, OpenTable(store, project, ref));
  SERIN_ASSIGN_OR_RETURN(const std::vector<int> columns,
                         ChooseColumns(table->version(), request.columns()));
  SERIN_ASSIGN_OR_RETURN(std::unique_ptr<TableCursor> cursor, table->Read({.columns = columns}));
  return std::make_unique<RowsDownload>(std::move(table), std::move(cursor), columns,
                                        request.format());
}

}  // namespace serin
