#ifndef SERIN_CORE_INGEST_CSV_DIALECT_H_
#define SERIN_CORE_INGEST_CSV_DIALECT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/ingest/csv_field_index.h"
#include "serin/v1/dataset.pb.h"

namespace serin {

// INVALID_ARGUMENT (InvalidField, relative to UploadDatasetSpec) for options that no file can be
// read with.
absl::Status CheckCsvOptions(const v1::CsvOptions& options);

// The delimiter and quote that are given or, where they are not, that the beginning of the file,
// `text`, looks like. Looks at no more than its first 100 records and 64 KiB
// (behind the first line, where that is longer).
//
//  - The delimiter is the one of comma, tab, semicolon and vertical bar that cuts all records into
//    the same number of fields, at least two; of several the one with the most fields, then the
//    first; a comma where none does.
//  - The quote is `'` where no field begins with `"`, and fields that begin with `'`, at least two,
//    all end with it; else `"`.
//
// Requires options that passed the check.
CsvDialect FindCsvDialect(const v1::CsvOptions& options, absl::string_view text);

}  // namespace serin

#endif  // SERIN_CORE_INGEST_CSV_DIALECT_H_
