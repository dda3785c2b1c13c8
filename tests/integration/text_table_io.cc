#include "tests/integration/text_table_io.h"

#include <sstream>

#include "core/base/status_macros.h"
#include "core/table/schema.h"
#include "core/table/value_parser.h"
#include "core/table/wire.h"

namespace serin {

absl::StatusOr<v1::DatasetVersion> UploadAsText(const Client& client, const std::string& dataset,
                                                absl::string_view file,
                                                const std::vector<std::string>& columns,
                                                UploadOptions options) {
  for (const std::string& column : columns) options.types[column] = v1::COLUMN_TYPE_TEXT;
  std::istringstream input{std::string(file)};
  return client.UploadDataset(dataset, input, options);
}

absl::StatusOr<std::vector<TextRow>> ReadAllRows(const Client& client, const std::string& dataset) {
  SERIN_ASSIGN_OR_RETURN(const v1::DatasetVersion version, client.GetDatasetVersion(dataset));
  Table table = EmptyTable(version.schema());
  absl::Status appended;
  SERIN_RETURN_IF_ERROR(client.ReadRows(version.name(), {}, [&](const v1::ReadRowsResponse& batch) {
    for (int i = 0; i < batch.columns_size() && appended.ok(); ++i) {
      appended = AppendWire(batch.columns(i), batch.row_count(), &table.columns[i]);
    }
    return appended.ok();
  }));
  SERIN_RETURN_IF_ERROR(appended);
  std::vector<TextRow> rows(table.row_count());
  for (const ColumnData& column : table.columns) {
    for (size_t row = 0; row < rows.size(); ++row) {
      rows[row].push_back(column.missing(row) ? TextCell() : FormatValue(column, row));
    }
  }
  return rows;
}

absl::StatusOr<std::string> Download(const Client& client, const std::string& dataset,
                                     v1::DownloadDatasetRequest::Format format) {
  std::string bytes;
  SERIN_RETURN_IF_ERROR(client.DownloadDataset(dataset, {.format = format},
                                               [&](const v1::DownloadDatasetResponse& piece) {
                                                 bytes += piece.chunk();
                                                 return true;
                                               }));
  return bytes;
}

TextCell ExpectedCell(absl::string_view text) {
  text = TrimValue(text);
  if (IsMissing(text)) return std::nullopt;
  return std::string(text);
}

}  // namespace serin
