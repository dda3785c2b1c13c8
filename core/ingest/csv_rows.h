#ifndef SERIN_CORE_INGEST_CSV_ROWS_H_
#define SERIN_CORE_INGEST_CSV_ROWS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "core/ingest/csv_field_index.h"
#include "core/ingest/row_reader.h"

namespace serin {

// The rows of a window of a CSV file, as cells. Text and index outlive it.
class CsvRows : public TextRows {
 public:
  // `line`: on which the text begins.
  CsvRows(absl::string_view text, const CsvFieldIndex* index, char quote, int64_t line)
      : text_(text), index_(index), quote_(quote), line_(line) {}

  void Reserve(size_t rows) { first_fields_.reserve(rows); }
  // Adds a row of the table: its first field.
  void AddRow(uint32_t first_field) { first_fields_.push_back(first_field); }

  // A field as it is meant: see TextRows. Valid until the next call of Field or GetCells.
  absl::string_view Field(size_t field);
  // What is between the closing quote of a quoted field and its end.
  std::string TextBehindQuote(size_t field) const;
  int64_t LineOfField(size_t field) const;
  int64_t LineAt(size_t position) const;

  size_t row_count() const override { return first_fields_.size(); }
  void GetCells(size_t column, size_t first, absl::Span<absl::string_view> cells) override;
  int64_t LineOf(size_t row, size_t column) const override;
  void Remove(absl::Span<const size_t> rows) override;

 private:
  absl::string_view Value(size_t field);
  absl::string_view Quoted(const CsvFieldIndex::Field& field, size_t end);

  const absl::string_view text_;
  const CsvFieldIndex* const index_;
  const char quote_;
  const int64_t line_;
  std::vector<uint32_t> first_fields_;
  std::deque<std::string> unescaped_;  // Fields with doubled quotes.
};

}  // namespace serin

#endif  // SERIN_CORE_INGEST_CSV_ROWS_H_
