#include "core/ingest/csv_row_reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/ingest/ingest_error.h"
#include "core/ingest/text_lines.h"
#include "core/table/schema.h"

namespace serin {
namespace {

absl::Status MalformedAt(const FilePlace& place, absl::string_view problem) {
  return MalformedFile(absl::StrCat(DescribePlace(place), ": ", problem));
}

// What is wrong with the name of a column; empty: nothing.
std::string ProblemOfName(absl::string_view name) {
  if (name.empty()) return "the header has no name for this column";
  if (name.size() <= kMaxColumnNameLength) return "";
  return absl::StrCat("the name of a column must have at most ", kMaxColumnNameLength,
                      " bytes, is ", QuoteForError(name));
}

// The record that a field belongs to; the one that is not complete, if none.
CsvFieldIndex::Record RecordOf(const CsvFieldIndex& index, size_t field) {
  const auto& records = index.records();
  const auto next = std::upper_bound(
      records.begin(), records.end(), field,
      [](size_t at, const CsvFieldIndex::Record& record) { return at < record.first_field; });
  if (next == records.end() && field >= index.open_record().first_field) return index.open_record();
  return *(next - 1);
}

}  // namespace

CsvRowReader::CsvRowReader(const v1::CsvOptions& options, CsvDialect dialect,
                           const IngestLimits& limits, ScanMethod method, TableBuilder* builder)
    : options_(options),
      dialect_(dialect),
      limits_(limits),
      builder_(builder),
      index_(dialect, method) {}

v1::FileFormat CsvRowReader::Format() const {
  v1::FileFormat format;
  format.set_kind(v1::FileFormat::KIND_CSV);
  *format.mutable_csv() = options_;
  const bool absent = options_.header() == v1::CsvOptions::HEADER_ABSENT;
  format.mutable_csv()->set_header(absent ? v1::CsvOptions::HEADER_ABSENT
                                          : v1::CsvOptions::HEADER_PRESENT);
  format.mutable_csv()->set_delimiter(std::string(1, dialect_.delimiter));
  format.mutable_csv()->set_quote(std::string(1, dialect_.quote));
  return format;
}

absl::StatusOr<size_t> CsvRowReader::Take(absl::string_view text, bool last) {
  index_.Build(text, last);
  CsvRows rows(text, &index_, dialect_.quote, line_);
  const size_t bad_byte = FindBadByte(text.substr(0, index_.consumed()));
  size_t first_record = 0;
  if (builder_->column_count() == 0) {
    SERIN_RETURN_IF_ERROR(TakeHeader(rows, bad_byte, &first_record));
  }
  if (bad_byte < index_.consumed()) return BadByte(text, bad_byte);
  if (last && index_.ends_in_quotes()) return OpenQuote(text);
  if (builder_->column_count() > 0) {
    BadRowList bad = SelectRows(first_record, &rows);
    SERIN_RETURN_IF_ERROR(builder_->Add(rows, std::move(bad)));
  }
  line_ += index_.line_count();
  return index_.consumed();
}

absl::Status CsvRowReader::BadByte(absl::string_view text, size_t position) const {
  const size_t field = index_.FieldAt(position);
  const size_t column = field - RecordOf(index_, field).first_field;
  const CsvFieldIndex::Field at = index_.field(field);
  const size_t begin = at.begin + (at.quoted ? 1 : 0);
  const int64_t line = line_ + CountLines(text.substr(0, position));
  return MalformedAt(builder_->PlaceOf(line, column),
                     DescribeBadByte(text.substr(begin, at.end - begin), position - begin));
}

absl::Status CsvRowReader::OpenQuote(absl::string_view text) const {
  const int64_t line = line_ + CountLines(text.substr(0, index_.open_field_begin()));
  return MalformedAt(builder_->PlaceOf(line, index_.open_record().field_count),
                     "the quote that opens here is never closed");
}

// Looks for the first record that is not blank, which says what the columns are.
absl::Status CsvRowReader::TakeHeader(CsvRows& rows, size_t bad_byte, size_t* next_record) {
  for (size_t i = 0; i < index_.records().size(); ++i) {
    const CsvFieldIndex::Record& record = index_.records()[i];
    const bool blank = record.field_count == 1 && rows.Field(record.first_field).empty();
    if (blank && !index_.field(record.first_field).quoted) continue;
    if (bad_byte < index_.field(record.first_field + record.field_count - 1).end) break;
    SERIN_RETURN_IF_ERROR(CheckWidth(record, rows.LineOfField(record.first_field)));
    const bool has_names = options_.header() != v1::CsvOptions::HEADER_ABSENT;
    *next_record = has_names ? i + 1 : i;
    if (has_names) return TakeNames(rows, record);
    std::vector<std::string> names;
    for (size_t c = 1; c <= record.field_count; ++c) names.push_back(absl::StrCat("c", c));
    return builder_->SetColumns(std::move(names));
  }
  if (bad_byte < index_.consumed()) return absl::OkStatus();  // An error of its own.
  *next_record = index_.records().size();
  return CheckWidth(index_.open_record(), rows.LineAt(index_.consumed()));
}

absl::Status CsvRowReader::CheckWidth(const CsvFieldIndex::Record& record, int64_t line) const {
  if (record.field_count <= limits_.max_columns) return absl::OkStatus();
  return FileOverLimit(absl::StrCat("line ", line, ": the record has more than ",
                                    limits_.max_columns, " columns, which is the limit"));
}

absl::Status CsvRowReader::TakeNames(CsvRows& rows, const CsvFieldIndex::Record& header) {
  const size_t end = header.first_field + header.field_count;
  if (!index_.bad_quotes().empty() && index_.bad_quotes().front() < end) {
    const size_t field = index_.bad_quotes().front();
    return MalformedRow(DescribeQuote(rows, field, field - header.first_field));
  }
  absl::flat_hash_map<std::string, size_t> first_with;
  std::vector<std::string> names;
  for (size_t i = 0; i < header.field_count; ++i) {
    const std::string name(rows.Field(header.first_field + i));
    const std::string problem = ProblemOfName(name);
    const auto [other, inserted] = first_with.emplace(name, i + 1);
    names.push_back(name);
    if (problem.empty() && inserted) continue;
    FilePlace place{.line = rows.LineOfField(header.first_field + i), .column = i + 1};
    if (!problem.empty()) return MalformedAt(place, problem);
    place.column_name = name;
    return MalformedAt(place, absl::StrCat("column ", other->second, " has this name already"));
  }
  return builder_->SetColumns(std::move(names));
}

// Sorts the records into rows, blank lines, and bad rows.
BadRowList CsvRowReader::SelectRows(size_t first_record, CsvRows* rows) const {
  BadRowList bad = builder_->NewBadRows();
  const size_t columns = builder_->column_count();
  auto quote = index_.bad_quotes().begin();
  rows->Reserve(index_.records().size());
  for (size_t i = first_record; i < index_.records().size(); ++i) {
    const CsvFieldIndex::Record record = index_.records()[i];
    while (quote != index_.bad_quotes().end() && *quote < record.first_field) ++quote;
    if (quote != index_.bad_quotes().end() && *quote < record.first_field + record.field_count) {
      bad.Add([&] { return DescribeQuote(*rows, *quote, *quote - record.first_field); });
    } else if (record.field_count == columns) {
      rows->AddRow(record.first_field);
    } else if (record.field_count != 1 || index_.field(record.first_field).quoted ||
               !rows->Field(record.first_field).empty()) {
      bad.Add([&] { return DescribeRagged(*rows, record); });
    }
  }
  return bad;
}

BadRow CsvRowReader::DescribeQuote(CsvRows& rows, size_t field, size_t column) const {
  const std::string text = rows.TextBehindQuote(field);
  return {.place = builder_->PlaceOf(rows.LineOfField(field), column),
          .text = text,
          .problem = absl::StrCat("text after the closing quote: ", QuoteForError(text),
                                  "; a quote within quotes is doubled")};
}

BadRow CsvRowReader::DescribeRagged(CsvRows& rows, const CsvFieldIndex::Record& record) const {
  const size_t fields = record.field_count;
  const size_t columns = builder_->column_count();
  const std::string counts = absl::StrCat(
      "the record has ", fields, fields == 1 ? " field" : " fields", ", the table has ", columns);
  const bool short_of = fields < columns;
  const size_t column = short_of ? fields : columns;
  const size_t field = record.first_field + (short_of ? fields - 1 : columns);
  const std::string text(rows.Field(field));
  return {.place = builder_->PlaceOf(rows.LineOfField(field), column),
          .text = text,
          .problem =
              short_of
                  ? absl::StrCat("missing: ", counts, "; the last is ", QuoteForError(text))
                  : absl::StrCat("one too many: ", counts, "; this one is ", QuoteForError(text))};
}

absl::Status CsvRowReader::TooLong(absl::string_view text) const {
  if (index_.ends_in_quotes()) {
    const int64_t line = line_ + CountLines(text.substr(0, index_.open_field_begin()));
    const FilePlace place = builder_->PlaceOf(line, index_.open_record().field_count);
    return FileOverLimit(absl::StrCat("line ", line_, ": the record is longer than ", text.size(),
                                      " bytes, which is the limit; a quote opens at ",
                                      DescribePlace(place), " and is not closed"));
  }
  return FileOverLimit(absl::StrCat("line ", line_, ": the record is longer than ", text.size(),
                                    " bytes, which is the limit; it begins ", QuoteForError(text)));
}

}  // namespace serin
