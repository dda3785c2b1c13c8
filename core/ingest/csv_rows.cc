#include "core/ingest/csv_rows.h"

#include "core/ingest/text_lines.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t'; }

// The common case is that there is nothing to trim.
absl::string_view Trim(absl::string_view text) {
  if (text.empty() || (!IsBlank(text.front()) && !IsBlank(text.back()))) return text;
  return TrimValue(text);
}

}  // namespace

absl::string_view CsvRows::Field(size_t field) {
  unescaped_.clear();
  return Value(field);
}

void CsvRows::GetCells(size_t column, size_t first, absl::Span<absl::string_view> cells) {
  unescaped_.clear();
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = Value(first_fields_[first + i] + column);
}

inline absl::string_view CsvRows::Value(size_t field) {
  const CsvFieldIndex::Field at = index_->field(field);
  size_t end = at.end;
  // Of a CRLF, the LF ended the field.
  if (end > at.begin && text_[end - 1] == '\r' && end < text_.size() && text_[end] == '\n') --end;
  if (at.quoted) return Trim(Quoted(at, end));
  return Trim(text_.substr(at.begin, end - at.begin));
}

// Without the quotes. What is behind a closing quote, in a bad row, is kept.
absl::string_view CsvRows::Quoted(const CsvFieldIndex::Field& field, size_t end) {
  absl::string_view inside = text_.substr(field.begin + 1, end - field.begin - 1);
  if (!field.escaped) return inside.substr(0, inside.rfind(quote_));
  std::string& value = unescaped_.emplace_back();
  value.reserve(inside.size());
  for (size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] == quote_ && ++i == inside.size()) break;
    value.push_back(inside[i]);
  }
  return value;
}

std::string CsvRows::TextBehindQuote(size_t field) const {
  const CsvFieldIndex::Field at = index_->field(field);
  size_t close = at.begin + 1;
  for (; close < at.end; ++close) {
    if (text_[close] != quote_) continue;
    if (close + 1 == at.end || text_[close + 1] != quote_) break;
    ++close;
  }
  return std::string(text_.substr(close + 1, at.end - close - 1));
}

int64_t CsvRows::LineAt(size_t position) const {
  return line_ + CountLines(text_.substr(0, position));
}

int64_t CsvRows::LineOfField(size_t field) const { return LineAt(index_->field(field).begin); }

int64_t CsvRows::LineOf(size_t row, size_t column) const {
  return LineOfField(first_fields_[row] + column);
}

void CsvRows::Remove(absl::Span<const size_t> rows) {
  size_t to = 0;
  size_t next = 0;
  for (size_t row = 0; row < first_fields_.size(); ++row) {
    if (next < rows.size() && rows[next] == row) {
      ++next;
    } else {
      first_fields_[to++] = first_fields_[row];
    }
  }
  first_fields_.resize(to);
}

}  // namespace serin
