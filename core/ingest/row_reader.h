#ifndef SERIN_CORE_INGEST_ROW_READER_H_
#define SERIN_CORE_INGEST_ROW_READER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "serin/v1/dataset.pb.h"

// The seam between the formats, which cut text into rows and cells, and what makes columns of them.

namespace serin {

// Rows of text that a RowReader has cut out of a window of the file; rows that cannot be read are
// not among them. Cells are as values are meant: without quotes, escapes, and spaces around them.
class TextRows {
 public:
  virtual ~TextRows() = default;

  virtual size_t row_count() const = 0;

  // Sets cells[i] to that of row `first + i`; valid until the next call.
  virtual void GetCells(size_t column, size_t first, absl::Span<absl::string_view> cells) = 0;

  // The line of the file on which the cell begins.
  virtual int64_t LineOf(size_t row, size_t column) const = 0;

  // Takes out these rows, ascending; those behind them move up.
  virtual void Remove(absl::Span<const size_t> rows) = 0;
};

// Cuts a file into rows, a window at a time.
class RowReader {
 public:
  // Bytes that can be read, though not understood, behind the text given to Take.
  static constexpr size_t kPadding = 64;

  virtual ~RowReader() = default;

  // Takes the rows that are complete in `text`, which begins with a row; where it is `last`, all.
  // Returns the number of bytes taken; 0 where no row is complete. The first window is not empty.
  virtual absl::StatusOr<size_t> Take(absl::string_view text, bool last) = 0;

  // What to say of a row that does not fit in the largest window, `text`.
  virtual absl::Status TooLong(absl::string_view text) const = 0;

  // The format as it was found.
  virtual v1::FileFormat Format() const = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_INGEST_ROW_READER_H_
