#include "server/proxy/json/upload_spec.h"

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"

namespace serin {
namespace {

// A word that a parameter may be.
template <typename Value>
struct Choice {
  absl::string_view word;
  Value value;
};

template <typename Value, size_t N>
absl::StatusOr<Value> Choose(absl::string_view name, const std::string& word,
                             const Choice<Value> (&choices)[N]) {
  std::string words;
  for (const Choice<Value>& choice : choices) {
    if (choice.word == word) return choice.value;
    absl::StrAppend(&words, words.empty() ? "" : " or ", choice.word);
  }
  return InvalidField(name, absl::StrCat("must be ", words, ", is ", QuoteForError(word)));
}

using Spec = v1::UploadDatasetSpec;

constexpr Choice<v1::FileFormat::Kind> kFormats[] = {{"csv", v1::FileFormat::KIND_CSV},
                                                     {"tsv", v1::FileFormat::KIND_CSV},
                                                     {"jsonl", v1::FileFormat::KIND_JSON_LINES},
                                                     {"libsvm", v1::FileFormat::KIND_LIBSVM}};
constexpr Choice<v1::CsvOptions::Header> kHeaders[] = {{"true", v1::CsvOptions::HEADER_PRESENT},
                                                       {"false", v1::CsvOptions::HEADER_ABSENT}};
constexpr Choice<Spec::OnConversionError> kIfInvalid[] = {
    {"refuse", Spec::ON_CONVERSION_ERROR_BAD_ROW}, {"missing", Spec::ON_CONVERSION_ERROR_MISSING}};
constexpr Choice<v1::BadRows::Policy> kBadRows[] = {{"refuse", v1::BadRows::POLICY_REFUSE},
                                                    {"set_aside", v1::BadRows::POLICY_SET_ASIDE}};

absl::Status TakeMaxBadRows(const std::string& value, Spec* spec) {
  int64_t rows = 0;
  if (!absl::SimpleAtoi(value, &rows) || rows < 1) {
    return InvalidField("max_bad_rows", absl::StrCat("must be a whole number of at least 1, is ",
                                                     QuoteForError(value)));
  }
  spec->mutable_bad_rows()->set_policy(v1::BadRows::POLICY_SET_ASIDE);
  spec->mutable_bad_rows()->set_max_rows(rows);
  return absl::OkStatus();
}

absl::Status TakeLabel(const std::string& value, Spec* spec) {
  const std::pair<std::string, std::string> label = absl::StrSplit(value, absl::MaxSplits(':', 1));
  if (label.first.empty() || !absl::StrContains(value, ':')) {
    return InvalidField("label", absl::StrCat("must be KEY:VALUE, is ", QuoteForError(value)));
  }
  if (spec->mutable_labels()->insert({label.first, label.second}).second) return absl::OkStatus();
  return InvalidField("label", absl::StrCat("key ", QuoteForError(label.first), " stands twice"));
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
    return InvalidField("type", absl::StrCat("must be COLUMN:TYPE, where TYPE is number, integer, "
                                             "category, boolean, timestamp or text; is ",
                                             QuoteForError(value)));
  }
  column.set_name(value.substr(0, colon));
  column.set_type(type);
  return column;
}

// Nothing for a parameter that is not about how the file is written.
std::optional<absl::Status> TakeFormatParameter(const std::string& name, const std::string& value,
                                                Spec* spec) {
  if (name == "format") {
    SERIN_ASSIGN_OR_RETURN(const auto kind, Choose(name, value, kFormats));
    spec->set_kind(kind);
  } else if (name == "header") {
    SERIN_ASSIGN_OR_RETURN(const auto header, Choose(name, value, kHeaders));
    spec->mutable_csv()->set_header(header);
  } else if (name == "delimiter") {
    spec->mutable_csv()->set_delimiter(value);
  } else if (name == "quote") {
    spec->mutable_csv()->set_quote(value);
  } else {
    return std::nullopt;
  }
  return absl::OkStatus();
}

absl::Status TakeParameter(const std::string& name, const std::string& value, Spec* spec) {
  if (const auto taken = TakeFormatParameter(name, value, spec)) return *taken;
  if (name == "type") {
    SERIN_ASSIGN_OR_RETURN(*spec->mutable_schema()->add_columns(), ParseType(value));
  } else if (name == "if_invalid") {
    SERIN_ASSIGN_OR_RETURN(const auto policy, Choose(name, value, kIfInvalid));
    spec->set_on_conversion_error(policy);
  } else if (name == "bad_rows") {
    SERIN_ASSIGN_OR_RETURN(const auto policy, Choose(name, value, kBadRows));
    spec->mutable_bad_rows()->set_policy(policy);
  } else if (name == "max_bad_rows") {
    return TakeMaxBadRows(value, spec);
  } else if (name == "description") {
    spec->set_description(value);
  } else if (name == "label") {
    return TakeLabel(value, spec);
  } else if (name == "request_id") {
    spec->set_request_id(value);
  } else {
    return InvalidField(QuoteForError(name),
                        "is not a parameter of an upload; those are format, header, delimiter, "
                        "quote, type, if_invalid, bad_rows, max_bad_rows, description, label and "
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
  spec.set_compression(UploadCompression(head.Get("content-encoding"))
                           .value_or(v1::FileFormat::COMPRESSION_UNSPECIFIED));
  int64_t size = 0;
  if (absl::SimpleAtoi(head.Get("content-length"), &size)) spec.set_size_bytes(size);
  return spec;
}

std::optional<v1::FileFormat::Compression> UploadCompression(absl::string_view content_encoding) {
  const std::string encoding = absl::AsciiStrToLower(content_encoding);
  if (encoding.empty() || encoding == "identity") return v1::FileFormat::COMPRESSION_UNSPECIFIED;
  if (encoding == "gzip" || encoding == "x-gzip") return v1::FileFormat::COMPRESSION_GZIP;
  if (encoding == "zstd") return v1::FileFormat::COMPRESSION_ZSTD;
  return std::nullopt;
}

}  // namespace serin
