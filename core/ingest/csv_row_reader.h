#ifndef SERIN_CORE_INGEST_CSV_ROW_READER_H_
#define SERIN_CORE_INGEST_CSV_ROW_READER_H_

#include <cstdint>
#include <vector>

#include "core/ingest/bad_rows.h"
#include "core/ingest/csv_field_index.h"
#include "core/ingest/csv_rows.h"
#include "core/ingest/row_reader.h"
#include "core/ingest/table_builder.h"
#include "serin/v1/dataset.pb.h"

namespace serin {

// Reads CSV (RFC 4180). An empty line is skipped, except in a table of one column, where it is a
// missing value. A record with too many or too few fields, or with text behind a closing quote, is
// a bad row; what is not UTF-8, and a quote that is never closed, is an error.
class CsvRowReader : public RowReader {
 public:
  // `builder` outlives this.
  CsvRowReader(const v1::CsvOptions& options, CsvDialect dialect, const IngestLimits& limits,
               ScanMethod method, TableBuilder* builder);

  absl::StatusOr<size_t> Take(absl::string_view text, bool last) override;
  absl::Status TooLong(absl::string_view text) const override;
  v1::FileFormat Format() const override;

 private:
  absl::Status BadByte(absl::string_view text, size_t position) const;
  absl::Status OpenQuote(absl::string_view text) const;
  // `bad_byte`: the first that is no text, or the end of the records.
  absl::Status TakeHeader(CsvRows& rows, size_t bad_byte, size_t* next_record);
  absl::Status TakeNames(CsvRows& rows, const CsvFieldIndex::Record& header);
  absl::Status CheckWidth(const CsvFieldIndex::Record& record, int64_t line) const;
  BadRowList SelectRows(size_t first_record, CsvRows* rows) const;
  BadRow DescribeRagged(CsvRows& rows, const CsvFieldIndex::Record& record) const;
  BadRow DescribeQuote(CsvRows& rows, size_t field, size_t column) const;

  const v1::CsvOptions options_;
  const CsvDialect dialect_;
  const IngestLimits limits_;
  TableBuilder* const builder_;
  CsvFieldIndex index_;
  int64_t line_ = 1;  // On which the window begins.
};

}  // namespace serin

#endif  // SERIN_CORE_INGEST_CSV_ROW_READER_H_
