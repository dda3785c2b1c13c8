#ifndef SERIN_CORE_INGEST_JSON_LINES_READER_H_
#define SERIN_CORE_INGEST_JSON_LINES_READER_H_

#include <cstdint>
#include <vector>

#include "core/ingest/json_object_reader.h"
#include "core/ingest/row_reader.h"
#include "core/ingest/sparse_rows.h"
#include "core/ingest/table_builder.h"

namespace serin {

// Reads JSON Lines (jsonlines.org): an object a line, whose keys name the columns, in the order in
// which they first appear. Blank lines are skipped.
//
// A key that a row lacks, and null, is a missing value. Strings are read as CSV cells are: "5" is
// the number 5, and "NA" is missing. Objects and arrays within a row are kept as their JSON text.
// Of a key that a row has twice the last counts. A line that is no object is a bad row.
class JsonLinesReader : public RowReader {
 public:
  // `builder` outlives this.
  explicit JsonLinesReader(TableBuilder* builder) : builder_(builder) {}

  absl::StatusOr<size_t> Take(absl::string_view text, bool last) override;
  absl::Status TooLong(absl::string_view text) const override;
  v1::FileFormat Format() const override;

 private:
  absl::Status AddRow(int64_t line, SparseRows* rows);
  absl::StatusOr<size_t> ColumnOf(absl::string_view key, size_t guess);

  TableBuilder* const builder_;
  JsonObjectReader objects_;
  int64_t line_ = 1;         // On which the window begins.
  std::vector<bool> known_;  // By column: a key has named it.
};

}  // namespace serin

#endif  // SERIN_CORE_INGEST_JSON_LINES_READER_H_
