#ifndef SERIN_CORE_TABLE_CSV_READER_H_
#define SERIN_CORE_TABLE_CSV_READER_H_

#include <cstddef>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/table/column_builder.h"
#include "core/table/csv_tokenizer.h"
#include "core/table/table.h"
#include "serin/v1/dataset_service.pb.h"
#include "serin/v1/table.pb.h"

namespace serin {

// Reads a CSV file (RFC 4180, UTF-8) that arrives in pieces into a typed table. Not thread-safe.
//
//  - Lines end with LF or CRLF; a byte order mark is skipped. An empty line is skipped, except in
//    a table of one column, where it is a missing value.
//  - A quote within a field that does not begin with one is an ordinary character.
//  - Spaces and tabs around a value are dropped, and value_parser.h's IsMissing says which values
//    are missing; quoted or not makes no difference to either.
//  - A column without a type in the schema gets the first of these that all its values (missing
//    ones aside) can be read as: boolean, number, timestamp; else it is a category or, with too
//    many or too long values to be one (column_builder.h), text.
//
// Errors are INVALID_ARGUMENT or RESOURCE_EXHAUSTED and name the line (counted from 1, where the
// record begins or the fault is), the column by number and name, and the text at fault, cut short.
// Errors in `schema` are InvalidField, relative to UploadDatasetSpec.
//
// Memory: about the size of the file for columns whose type is inferred, plus the table.
class CsvReader {
 public:
  // INVALID_ARGUMENT where the options or the schema cannot be used with any file.
  static absl::StatusOr<std::unique_ptr<CsvReader>> Create(const v1::CsvOptions& options,
                                                           const v1::Schema& schema,
                                                           const CsvLimits& limits = CsvLimits());

  // The next bytes of the file. After an error every call returns the same error.
  absl::Status Push(absl::string_view bytes);

  // The table, once all bytes were pushed; at least one column and one row. Call once.
  absl::StatusOr<Table> Finish();

 private:
  using ColumnBuilder = std::variant<TypedColumnBuilder, InferredColumnBuilder>;

  CsvReader(char delimiter, bool has_header, const v1::Schema& schema, const CsvLimits& limits);

  absl::Status OnRecord(const CsvRecord& record);
  absl::Status TakeNames(const CsvRecord& header);
  void NumberColumns(size_t count);
  absl::Status MakeBuilders();
  absl::Status AddRow(const CsvRecord& record);
  absl::Status AddValue(const CsvRecord& record, size_t column);
  absl::StatusOr<Table> BuildTable();
  absl::StatusOr<ColumnData> BuildColumn(size_t column);

  const bool has_header_;
  const v1::Schema schema_;
  std::vector<std::string> names_;  // Empty until the first record.
  std::vector<ColumnBuilder> builders_;
  size_t row_count_ = 0;
  CsvTokenizer tokenizer_;
  absl::Status status_;
};

}  // namespace serin

#endif  // SERIN_CORE_TABLE_CSV_READER_H_
