#ifndef SERIN_CORE_INGEST_COLUMN_BUILDER_H_
#define SERIN_CORE_INGEST_COLUMN_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/ingest/batch_dictionary.h"
#include "core/ingest/distinct_counter.h"
#include "core/table/table.h"

namespace serin {

// Makes the cells of one column into values, batch by batch.
//
// A column whose type is not given gets the first of these that all its values can be read as:
// boolean, integer, number, timestamp; else it is a category or text; without any value it is text.
//  - A number that is written with a zero before another digit, such as 007 or 00501, is inferred
//  to
//    be no number: it is a code, which would lose its zeros. (So does R's readr.)
//  - -0 and 1.0 are numbers and no integers; +5 is an integer; a whole number beyond 64 bits is a
//    number. Epoch timestamps are numbers: only a schema can say what they mean.
//  - Strings are a category while there are few of them: text has a string of more than 256 bytes,
//    or more than 10,000 different strings, or more than 100 that are also more than a fifth of the
//    values. So labels, names and codes of a small table stay usable, and identifiers and prose do
//    not pose as features. Who wants it otherwise gives the type in the schema.
class ColumnBuilder {
 public:
  // COLUMN_TYPE_UNSPECIFIED: inferred. `inferred`: the type, which is one of strings, is inferred
  // and may still be the other.
  ColumnBuilder(std::string name, v1::ColumnType type, bool inferred = false);

  const std::string& name() const { return column_.name; }
  v1::ColumnType type() const { return column_.type; }
  bool inferred() const { return inferred_; }
  // Of a given type, which not every cell can be read as.
  bool can_fail() const { return !inferred_ && !column_.is_string(); }

  // Inferred columns: appends rows; false where a cell needs a wider type, and rows that are in the
  // batch already would have to be read again from their text for it. Then Truncate has to be
  // called, and the batch taken if it still has rows, before rows can be appended again.
  [[nodiscard]] bool Append(absl::Span<const absl::string_view> cells);

  // Columns of a given type: appends rows, missing where a cell does not convert, and adds the
  // positions of those cells to `failed`.
  void AppendGiven(absl::Span<const absl::string_view> cells, std::vector<size_t>* failed);

  // Appends rows without a value.
  void AppendMissing(size_t rows);

  // Marks the end of the batch as it is; Truncate goes back to it.
  void Mark();
  void Truncate();
  // Takes rows out that are behind the mark.
  void Remove(absl::Span<const size_t> rows);

  size_t row_count() const { return column_.size(); }
  // What the batch takes, about.
  size_t batch_bytes() const;

  // The batch, with the type that the column has now; the next one begins.
  ColumnData TakeBatch();

  // The type that all values allow, after the last batch was taken.
  v1::ColumnType FinalType() const;
  // Whether some batch that was taken cannot be conformed to it.
  bool NeedsReread() const;

 private:
  size_t AppendSome(absl::Span<const absl::string_view> cells);
  size_t AppendStrings(absl::Span<const absl::string_view> cells);
  [[nodiscard]] bool Widen(absl::string_view cell);
  void TakeType(v1::ColumnType type);
  bool IsText() const;

  const bool inferred_;
  ColumnData column_;  // Name, type and rows; not the dictionary.
  BatchDictionary dictionary_;
  size_t marked_rows_ = 0;
  size_t marked_strings_ = 0;

  // Of all batches taken.
  DistinctCounter distinct_;
  size_t value_count_ = 0;
  bool has_long_string_ = false;
  // A batch was taken with values that are no strings.
  bool took_values_ = false;
  // Text is needed for rows of the batch that cannot be read again; once they are taken the column
  // is one of strings.
  bool becomes_strings_ = false;
};

}  // namespace serin

#endif  // SERIN_CORE_INGEST_COLUMN_BUILDER_H_
