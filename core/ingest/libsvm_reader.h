#ifndef SERIN_CORE_INGEST_LIBSVM_READER_H_
#define SERIN_CORE_INGEST_LIBSVM_READER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/ingest/row_reader.h"
#include "core/ingest/sparse_rows.h"
#include "core/ingest/table_builder.h"

namespace serin {

// Reads the format of LIBSVM and SVMlight: `label index:value index:value ...`, with indexes that
// count from 1 and ascend, and `#` before a comment. Columns are label, f1, f2, ... up to the
// greatest index in the file; an index that a row lacks has the value 0. Other lines are bad rows.
//
// A greater index late in the file means that rows given out earlier have zeros in columns that
// they lack: then the file has to be read again.
class LibsvmReader : public RowReader {
 public:
  // `builder` outlives this.
  explicit LibsvmReader(TableBuilder* builder) : builder_(builder) {}

  absl::StatusOr<size_t> Take(absl::string_view text, bool last) override;
  absl::Status TooLong(absl::string_view text) const override;
  v1::FileFormat Format() const override;

 private:
  // Splits a line; returns what is wrong with it, or nothing.
  std::string ReadRow(absl::string_view line);
  std::string ReadValue(absl::string_view token);
  absl::Status AddColumns();

  TableBuilder* const builder_;
  int64_t line_ = 1;  // On which the window begins.
  size_t label_column_ = 0;
  std::vector<size_t> feature_columns_;  // By index, less one.

  // Of the line that was read.
  absl::string_view label_;
  std::vector<std::pair<int64_t, absl::string_view>> values_;
};

}  // namespace serin

#endif  // SERIN_CORE_INGEST_LIBSVM_READER_H_
