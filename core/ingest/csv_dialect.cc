#include "core/ingest/csv_dialect.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/utf8.h"
#include "core/ingest/row_reader.h"

namespace serin {
namespace {

constexpr absl::string_view kDelimiters = ",\t;|";
constexpr size_t kMaxLookedAt = 64 << 10;
constexpr size_t kMaxRecords = 100;

bool CanSeparate(const std::string& text) {
  return text.size() == 1 && absl::ascii_isascii(text[0]) && text[0] != '\0' &&
         !absl::StrContains("\r\n", text);
}

// What is looked at: of a table of many columns, the header in any case.
absl::string_view Beginning(absl::string_view text) {
  const size_t line = std::min(text.find_first_of("\r\n"), text.size());
  return text.substr(0, line < kMaxLookedAt ? kMaxLookedAt : line + kMaxLookedAt);
}

// The beginning of a file, cut by a dialect.
class Sample {
 public:
  Sample(absl::string_view text, CsvDialect dialect)
      : padded_(Beginning(text)), index_(dialect, ScanMethod::kPortable) {
    const size_t size = padded_.size();
    padded_.append(RowReader::kPadding, '\0');
    index_.Build(absl::string_view(padded_).substr(0, size), size == text.size());
  }

  // How many fields the first record has and, together with it, every other one (`all`) or most of
  // them; 0 where they have not.
  size_t FieldsPerRecord(bool all) const {
    size_t fields = 0;
    size_t same = 0;
    size_t others = 0;
    for (size_t i = 0; i < records(); ++i) {
      const CsvFieldIndex::Record& record = index_.records()[i];
      if (IsBlank(record)) continue;
      if (fields == 0) fields = record.field_count;
      ++(record.field_count == fields ? same : others);
    }
    return others == 0 || (!all && same > others) ? fields : 0;
  }

  // Calls visit(text) for every field.
  template <typename Visit>
  void ForEachField(Visit visit) const {
    for (size_t i = 0; i < records(); ++i) {
      const CsvFieldIndex::Record& record = index_.records()[i];
      for (uint32_t k = 0; k < record.field_count; ++k) visit(TextOf(record.first_field + k));
    }
  }

 private:
  size_t records() const { return std::min(index_.records().size(), kMaxRecords); }

  absl::string_view TextOf(size_t field) const {
    const CsvFieldIndex::Field at = index_.field(field);
    return absl::StripAsciiWhitespace(
        absl::string_view(padded_).substr(at.begin, at.end - at.begin));
  }

  bool IsBlank(const CsvFieldIndex::Record& record) const {
    return record.field_count == 1 && TextOf(record.first_field).empty();
  }

  std::string padded_;
  CsvFieldIndex index_;
};

// The delimiter that makes most fields of every record; where none makes the same number of all,
// since some of them are bad rows, of most.
char FindDelimiter(absl::string_view text, char quote) {
  char best = kDelimiters[0];
  size_t most_fields = 1;
  for (const bool all : {true, false}) {
    for (const char delimiter : kDelimiters) {
      const size_t fields = Sample(text, {delimiter, quote}).FieldsPerRecord(all);
      if (fields <= most_fields) continue;
      best = delimiter;
      most_fields = fields;
    }
    if (most_fields > 1) break;
  }
  return best;
}

// Whether apostrophes are quotes, as far as fields cut by `delimiter` show.
bool QuotesWithApostrophes(absl::string_view text, char delimiter) {
  size_t quoted = 0;
  bool contradicted = false;
  Sample(text, {delimiter, '\''}).ForEachField([&](absl::string_view field) {
    if (absl::StartsWith(field, "\"")) contradicted = true;
    if (!absl::StartsWith(field, "'")) return;
    ++quoted;
    contradicted = contradicted || field.size() < 2 || field.back() != '\'';
  });
  return quoted >= 2 && !contradicted;
}

absl::Status InvalidCharacter(absl::string_view field, const std::string& value,
                              absl::string_view rule) {
  return InvalidField(field, absl::StrCat("must be one ASCII character other than ", rule, ", is ",
                                          QuoteForError(value)));
}

}  // namespace

absl::Status CheckCsvOptions(const v1::CsvOptions& options) {
  const std::string& delimiter = options.delimiter();
  const std::string& quote = options.quote();
  if (!v1::CsvOptions::Header_IsValid(options.header())) {
    return InvalidField("csv.header",
                        absl::StrCat("has no value ", static_cast<int>(options.header())));
  }
  if (!delimiter.empty() && (!CanSeparate(delimiter) || delimiter == "\"" || delimiter == quote)) {
    return InvalidCharacter("csv.delimiter", delimiter, "a quote or line break");
  }
  if (!quote.empty() && !CanSeparate(quote)) {
    return InvalidCharacter("csv.quote", quote, "a line break");
  }
  return absl::OkStatus();
}

CsvDialect FindCsvDialect(const v1::CsvOptions& options, absl::string_view text) {
  CsvDialect dialect;
  if (!options.delimiter().empty()) dialect.delimiter = options.delimiter()[0];
  if (!options.quote().empty()) {
    dialect.quote = options.quote()[0];
    if (options.delimiter().empty()) dialect.delimiter = FindDelimiter(text, dialect.quote);
    return dialect;
  }
  // Apostrophes first: fields in them may hold the delimiter.
  for (const char quote : {'\'', '"'}) {
    dialect.quote = quote;
    if (options.delimiter().empty()) dialect.delimiter = FindDelimiter(text, quote);
    if (quote == '\'' && QuotesWithApostrophes(text, dialect.delimiter)) break;
  }
  return dialect;
}

}  // namespace serin
