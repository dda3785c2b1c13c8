#include "server/proxy/json/upload_spec.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

absl::StatusOr<v1::CsvOptions::Header> ParseHeader(const std::string& value) {
  if (value == "true") return v1::CsvOptions::HEADER_PRESENT;
  if (value == "false") return v1::CsvOptions::HEADER_ABSENT;
  return InvalidField("header", absl::StrCat("must be true or false, is ", QuoteForError(value)));
}

// COLUMN:TYPE, where the column's name may hold colons too.
absl::StatusOr<v1::ColumnSchema> ParseType(const std::string& value) {
  const size_t colon = value.rfind(':');
  v1::ColumnSchema column;
  v1::ColumnType type = v1::COLUMN_TYPE_UNSPECIFIED;
  const bool known =
      colon != value.npos && colon > 0 &&
      v1::ColumnType_Parse(
          absl::StrCat("COLUMN_TYPE_", absl::AsciiStrToUpper(value.substr(colon + 1))), &type) &&
      type != v1::COLUMN_TYPE_UNSPECIFIED;
  if (!known) {
    return InvalidField("type", absl::StrCat("must be COLUMN:TYPE, where TYPE is number, category, "
                                             "boolean, timestamp or text; is ",
                                             QuoteForError(value)));
  }
  column.set_name(value.substr(0, colon));
  column.set_type(type);
  return column;
}

absl::Status TakeParameter(const std::string& name, const std::string& value,
                           v1::UploadDatasetSpec* spec) {
  if (name == "header") {
    SERIN_ASSIGN_OR_RETURN(const auto header, ParseHeader(value));
    spec->mutable_csv()->set_header(header);
  } else if (name == "delimiter") {
    spec->mutable_csv()->set_delimiter(value);
  } else if (name == "type") {
    SERIN_ASSIGN_OR_RETURN(*spec->mutable_schema()->add_columns(), ParseType(value));
  } else if (name == "request_id") {
    spec->set_request_id(value);
  } else {
    return InvalidField(QuoteForError(name),
                        "is not a parameter of an upload; those are header, delimiter, type and "
                        "request_id");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::UploadDatasetSpec> UploadSpecOf(const RequestTarget& target,
                                                   const Headers& head) {
  v1::UploadDatasetSpec spec;
  spec.set_dataset(target.segments.back());
  for (const auto& [name, value] : target.query) {
    SERIN_RETURN_IF_ERROR(TakeParameter(name, value, &spec));
  }
  int64_t size = 0;
  if (absl::SimpleAtoi(head.Get("content-length"), &size)) spec.set_size_bytes(size);
  return spec;
}

}  // namespace serin
