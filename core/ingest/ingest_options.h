#ifndef SERIN_CORE_INGEST_INGEST_OPTIONS_H_
#define SERIN_CORE_INGEST_INGEST_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "serin/v1/dataset.pb.h"
#include "serin/v1/dataset_service.pb.h"
#include "serin/v1/table.pb.h"

namespace serin {

// How a file is to be read; the fields are those of v1::UploadDatasetSpec.
struct IngestOptions {
  // What is not given is found by looking at the first bytes.
  v1::FileFormat format;
  v1::BadRows bad_rows;
  v1::UploadDatasetSpec::OnConversionError on_conversion_error =
      v1::UploadDatasetSpec::ON_CONVERSION_ERROR_UNSPECIFIED;
  // Of a second reading: IngestResult.inferred_strings of the first.
  std::vector<std::string> inferred_strings;
};

IngestOptions IngestOptionsOf(const v1::UploadDatasetSpec& spec);

// Beyond these a file is refused with RESOURCE_EXHAUSTED, as soon as it is beyond them.
struct IngestLimits {
  size_t max_columns = 4096;
  size_t max_record_bytes = 16 << 20;         // One record, quotes and delimiters included.
  int64_t max_bytes = int64_t{16} << 30;      // The whole file, as it arrives.
  int64_t max_text_bytes = int64_t{1} << 36;  // The whole file, decompressed.
  // Rows by columns, read or absent: a line of `{}` may stand for any number of columns. A CSV file
  // cannot have more values than bytes.
  int64_t max_values = int64_t{1} << 36;
  // Of decompressed bytes to compressed ones, once there are more than 64 MiB of the former.
  int64_t max_compression_ratio = 1000;
};

// What was read, once all of it was.
struct IngestResult {
  // As asked for and as found by looking; delimiter and quote are always set for CSV.
  v1::FileFormat format;
  // The columns with their types, which follow from all rows.
  v1::Schema schema;
  int64_t row_count = 0;
  // Rows that were set aside, and the first 100 of them in order of the file.
  int64_t rejected_row_count = 0;
  std::vector<v1::RejectedRow> rejected_rows;
  // Some batch came with columns that cannot be made into those of `schema` by ConformBatch: their
  // text is needed. The file has to be read once more, by a reader that is given `schema` and
  // `inferred_strings`.
  bool reread = false;
  // With `reread`: the columns that turned out to be strings late. Whether they are categories or
  // text follows from all of their text, and is in the schema of the second reading.
  std::vector<std::string> inferred_strings;
};

}  // namespace serin

#endif  // SERIN_CORE_INGEST_INGEST_OPTIONS_H_
