#include "core/table/csv_reader.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/table/csv_error.h"
#include "core/table/schema.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

absl::StatusOr<char> DelimiterOf(const v1::CsvOptions& options) {
  const std::string& delimiter = options.delimiter();
  if (delimiter.empty()) return ',';
  const bool valid = delimiter.size() == 1 && absl::ascii_isascii(delimiter[0]) &&
                     !absl::StrContains("\"\r\n", delimiter);
  if (valid) return delimiter[0];
  return InvalidField(
      "csv.delimiter",
      absl::StrCat("must be one ASCII character other than a quote or line break, is ",
                   QuoteForError(delimiter)));
}

absl::StatusOr<bool> HasHeader(const v1::CsvOptions& options) {
  if (v1::CsvOptions::Header_IsValid(options.header())) {
    return options.header() != v1::CsvOptions::HEADER_ABSENT;
  }
  return InvalidField("csv.header",
                      absl::StrCat("has no value ", static_cast<int>(options.header())));
}

absl::string_view RuleOf(v1::ColumnType type) {
  switch (type) {
    case v1::COLUMN_TYPE_BOOLEAN:
      return "true or false";
    case v1::COLUMN_TYPE_TIMESTAMP:
      return "a timestamp such as 2026-11-21 or 2026-11-21T09:30:00Z";
    default:
      return "a finite decimal number";
  }
}

absl::Status CheckName(absl::string_view name, CsvPlace place) {
  if (name.empty()) return MalformedCsv(place, {}, "the header has no name for this column");
  if (name.size() <= kMaxColumnNameLength) return absl::OkStatus();
  return MalformedCsv(place, {},
                      absl::StrCat("the name of a column must have at most ", kMaxColumnNameLength,
                                   " bytes, is ", QuoteForError(name)));
}

// Some of the names, for a message to people who may have mistyped one.
std::string ListSome(const std::vector<std::string>& names) {
  const size_t shown = std::min<size_t>(names.size(), 10);
  std::string list =
      absl::StrJoin(names.begin(), names.begin() + shown, ", ",
                    [](std::string* out, const auto& name) { *out += QuoteForError(name); });
  if (shown < names.size()) absl::StrAppend(&list, " and ", names.size() - shown, " more");
  return list;
}

absl::Status RaggedRow(const CsvRecord& record, const std::vector<std::string>& names) {
  const size_t fields = record.size();
  const std::string counts =
      absl::StrCat("the record has ", fields, fields == 1 ? " field" : " fields",
                   ", the table has ", names.size());
  if (fields < names.size()) {
    return MalformedCsv(
        {record.line_of(fields - 1), fields + 1}, names,
        absl::StrCat("missing: ", counts, "; the last is ", QuoteForError(record[fields - 1])));
  }
  return MalformedCsv({record.line_of(names.size()), names.size() + 1}, names,
                      absl::StrCat("one too many: ", counts, "; this one is ",
                                   QuoteForError(record[names.size()])));
}

}  // namespace

absl::StatusOr<std::unique_ptr<CsvReader>> CsvReader::Create(const v1::CsvOptions& options,
                                                             const v1::Schema& schema,
                                                             const CsvLimits& limits) {
  SERIN_ASSIGN_OR_RETURN(const char delimiter, DelimiterOf(options));
  SERIN_ASSIGN_OR_RETURN(const bool has_header, HasHeader(options));
  SERIN_RETURN_IF_ERROR(PrefixField("schema", ValidateSchema(schema)));
  return std::unique_ptr<CsvReader>(new CsvReader(delimiter, has_header, schema, limits));
}

CsvReader::CsvReader(char delimiter, bool has_header, const v1::Schema& schema,
                     const CsvLimits& limits)
    : has_header_(has_header),
      schema_(schema),
      tokenizer_(delimiter, limits, &names_,
                 [this](const CsvRecord& record) { return OnRecord(record); }) {}

absl::Status CsvReader::Push(absl::string_view bytes) {
  if (status_.ok()) status_ = tokenizer_.Push(bytes);
  return status_;
}

absl::StatusOr<Table> CsvReader::Finish() {
  if (status_.ok()) status_ = tokenizer_.Finish();
  SERIN_RETURN_IF_ERROR(status_);
  if (names_.empty()) return MalformedCsv("the file is empty");
  if (row_count_ == 0) return MalformedCsv("the file has a header but no rows");
  return BuildTable();
}

absl::Status CsvReader::OnRecord(const CsvRecord& record) {
  if (!names_.empty()) return AddRow(record);
  if (record.blank()) return absl::OkStatus();
  if (has_header_) return TakeNames(record);
  NumberColumns(record.size());
  SERIN_RETURN_IF_ERROR(MakeBuilders());
  return AddRow(record);
}

absl::Status CsvReader::TakeNames(const CsvRecord& header) {
  absl::flat_hash_map<absl::string_view, size_t> first_with;
  std::vector<std::string> names;
  for (size_t i = 0; i < header.size(); ++i) {
    const absl::string_view name = TrimValue(header[i]);
    const CsvPlace place{header.line_of(i), i + 1};
    SERIN_RETURN_IF_ERROR(CheckName(name, place));
    names.emplace_back(name);
    const auto [other, inserted] = first_with.emplace(name, i + 1);
    if (inserted) continue;
    return MalformedCsv(place, names,
                        absl::StrCat("column ", other->second, " has this name already"));
  }
  names_ = std::move(names);
  return MakeBuilders();
}

void CsvReader::NumberColumns(size_t count) {
  for (size_t i = 1; i <= count; ++i) names_.push_back(absl::StrCat("c", i));
}

absl::Status CsvReader::MakeBuilders() {
  absl::flat_hash_map<absl::string_view, v1::ColumnType> types;
  for (const std::string& name : names_) types[name] = v1::COLUMN_TYPE_UNSPECIFIED;
  for (int i = 0; i < schema_.columns_size(); ++i) {
    const auto column = types.find(schema_.columns(i).name());
    if (column == types.end()) {
      return InvalidField(
          absl::StrCat("schema.columns[", i, "].name"),
          absl::StrCat("the file has no column ", QuoteForError(schema_.columns(i).name()),
                       ", its columns are ", ListSome(names_)));
    }
    column->second = schema_.columns(i).type();
  }
  for (const std::string& name : names_) {
    const v1::ColumnType type = types[name];
    if (type == v1::COLUMN_TYPE_UNSPECIFIED) {
      builders_.emplace_back(std::in_place_type<InferredColumnBuilder>, name);
    } else {
      builders_.emplace_back(std::in_place_type<TypedColumnBuilder>, name, type);
    }
  }
  return absl::OkStatus();
}

absl::Status CsvReader::AddRow(const CsvRecord& record) {
  if (record.blank() && names_.size() > 1) return absl::OkStatus();
  if (record.size() != names_.size()) return RaggedRow(record, names_);
  for (size_t i = 0; i < names_.size(); ++i) SERIN_RETURN_IF_ERROR(AddValue(record, i));
  ++row_count_;
  return absl::OkStatus();
}

absl::Status CsvReader::AddValue(const CsvRecord& record, size_t column) {
  const absl::string_view value = TrimValue(record[column]);
  if (auto* inferred = std::get_if<InferredColumnBuilder>(&builders_[column])) {
    inferred->Append(value);
    return absl::OkStatus();
  }
  auto& typed = std::get<TypedColumnBuilder>(builders_[column]);
  if (typed.Append(value)) return absl::OkStatus();
  return MalformedCsv(
      {record.line_of(column), column + 1}, names_,
      absl::StrCat("must be ", RuleOf(typed.type()), ", is ", QuoteForError(value)));
}

absl::StatusOr<Table> CsvReader::BuildTable() {
  Table table;
  for (size_t i = 0; i < builders_.size(); ++i) {
    SERIN_ASSIGN_OR_RETURN(ColumnData column, BuildColumn(i));
    table.columns.push_back(std::move(column));
  }
  return table;
}

absl::StatusOr<ColumnData> CsvReader::BuildColumn(size_t column) {
  if (auto* typed = std::get_if<TypedColumnBuilder>(&builders_[column])) return typed->Finish();
  std::optional<ColumnData> data = std::get<InferredColumnBuilder>(builders_[column]).Finish();
  if (data) return *std::move(data);
  return MalformedCsv(absl::StrCat("column ", column + 1, " (", QuoteForError(names_[column]),
                                   ") has no values, so its type cannot be inferred; give its "
                                   "type in the schema"));
}

}  // namespace serin
