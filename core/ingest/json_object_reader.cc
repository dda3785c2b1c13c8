#include "core/ingest/json_object_reader.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"
#include "core/table/schema.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

using simdjson::error_code;
using simdjson::ondemand::json_type;

absl::string_view ViewOf(std::string_view text) { return {text.data(), text.size()}; }

// A token as it is in the text, without what is behind it up to the next.
absl::string_view TokenOf(simdjson::ondemand::value value) {
  return absl::StripTrailingAsciiWhitespace(ViewOf(value.raw_json_token()));
}

// A number of JSON, whether or not it is in the range of a double.
bool IsNumber(absl::string_view token) {
  double infinite = 0;
  return ParseNumber(token) ||
         (token.find_first_not_of("0123456789+-.eE") == absl::string_view::npos &&
          absl::SimpleAtod(token, &infinite));
}

std::string CheckMember(const JsonObjectReader::Member& member) {
  if (member.key.empty() || member.key.size() > kMaxColumnNameLength) {
    return absl::StrCat("a key must have 1 to ", kMaxColumnNameLength, " bytes, is ",
                        QuoteForError(member.key));
  }
  const bool nul = absl::StrContains(member.key, '\0') || absl::StrContains(member.value, '\0');
  return nul ? absl::StrCat("holds a NUL in ", QuoteForError(member.key)) : "";
}

}  // namespace

std::string JsonObjectReader::Read(absl::string_view text) {
  members_.clear();
  const error_code error = ReadObject(text);
  if (error != simdjson::SUCCESS) {
    return absl::StrCat("must be a JSON object: ", ViewOf(simdjson::error_message(error)));
  }
  for (const Member& member : members_) {
    std::string problem = CheckMember(member);
    if (!problem.empty()) return problem;
  }
  return "";
}

error_code JsonObjectReader::ReadObject(absl::string_view text) {
  const simdjson::padded_string_view padded(text.data(), text.size(),
                                            text.size() + simdjson::SIMDJSON_PADDING);
  simdjson::ondemand::document document;
  simdjson::ondemand::object object;
  if (const error_code error = parser_.iterate(padded).get(document)) return error;
  if (const error_code error = document.get_object().get(object)) return error;
  for (auto member : object) {
    simdjson::ondemand::field field;
    if (const error_code error = std::move(member).get(field)) return error;
    if (const error_code error = ReadMember(field)) return error;
  }
  const char* behind = nullptr;
  const bool at_end = document.current_location().get(behind) == simdjson::OUT_OF_BOUNDS;
  return at_end ? simdjson::SUCCESS : simdjson::TRAILING_CONTENT;
}

error_code JsonObjectReader::ReadMember(simdjson::ondemand::field field) {
  std::string_view key;
  if (const error_code error = field.unescaped_key().get(key)) return error;
  absl::string_view text;
  if (const error_code error = ReadValue(field.value(), &text)) return error;
  members_.push_back({ViewOf(key), TrimValue(text)});
  return simdjson::SUCCESS;
}

// What has the form of a scalar is only looked at: the iterator steps over it.
error_code JsonObjectReader::ReadValue(simdjson::ondemand::value value, absl::string_view* text) {
  json_type type;
  if (const error_code error = value.type().get(type)) return error;
  switch (type) {
    case json_type::string:
      return ReadString(value, text);
    case json_type::number:
      *text = TokenOf(value);
      return IsNumber(*text) ? simdjson::SUCCESS : simdjson::NUMBER_ERROR;
    case json_type::boolean:
      *text = TokenOf(value);
      return *text == "true" || *text == "false" ? simdjson::SUCCESS : simdjson::T_ATOM_ERROR;
    case json_type::null:
      return TokenOf(value) == "null" ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
    default:
      return ReadNested(value, text);
  }
}

error_code JsonObjectReader::ReadString(simdjson::ondemand::value value, absl::string_view* text) {
  const absl::string_view token = TokenOf(value);
  if (!absl::StrContains(token, '\\') && token.size() >= 2) {
    *text = token.substr(1, token.size() - 2);
    return simdjson::SUCCESS;
  }
  std::string_view unescaped;
  const error_code error = value.get_string().get(unescaped);
  if (error == simdjson::SUCCESS) *text = unescaped_.emplace_back(ViewOf(unescaped));
  return error;
}

// Reading on demand skips what it is not asked for unread: so it is parsed, to know that it is
// JSON.
error_code JsonObjectReader::ReadNested(simdjson::ondemand::value value, absl::string_view* text) {
  std::string_view raw;
  simdjson::ondemand::array array;
  simdjson::ondemand::object object;
  if (value.get_array().get(array) == simdjson::SUCCESS) {
    if (const error_code error = array.raw_json().get(raw)) return error;
  } else {
    if (const error_code error = value.get_object().get(object)) return error;
    if (const error_code error = object.raw_json().get(raw)) return error;
  }
  *text = absl::StripTrailingAsciiWhitespace(ViewOf(raw));
  return nested_parser_.parse(text->data(), text->size()).error();
}

}  // namespace serin
