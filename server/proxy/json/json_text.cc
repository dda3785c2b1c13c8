#include "server/proxy/json/json_text.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/utf8.h"
#include "nlohmann/json.hpp"

namespace serin {
namespace {

using nlohmann::json;

constexpr size_t kMaxErrorBytes = 300;

absl::Status CheckUtf8(absl::string_view text) {
  const size_t valid = ValidUtf8Prefix(text);
  if (valid == text.size()) return absl::OkStatus();
  const auto byte = static_cast<unsigned char>(text[valid]);
  return absl::InvalidArgumentError(absl::StrCat("the body must be UTF-8, but byte ", valid, " (0x",
                                                 absl::Hex(byte, absl::kZeroPad2),
                                                 ") begins no character of it"));
}

// Index behind the string whose opening quote is at `at`.
size_t SkipString(absl::string_view text, size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at;
}

absl::Status CheckDepth(absl::string_view text, int max_depth) {
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      i = SkipString(text, i);
    } else if (c == '[' || c == '{') {
      if (++depth <= max_depth) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("the JSON is nested more than ", max_depth, " levels deep, at byte ", i));
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return absl::OkStatus();
}

// nlohmann's messages begin with "[json.exception.parse_error.101] ", and end with what was read
// last, which may be all of a body.
absl::Status NotJson(absl::string_view what) {
  const size_t bracket = what.find("] ");
  if (bracket != what.npos) what.remove_prefix(bracket + 2);
  return absl::InvalidArgumentError(
      absl::StrCat("the body is not JSON: ", Utf8Prefix(what, kMaxErrorBytes)));
}

}  // namespace

absl::Status CheckJsonText(absl::string_view text, int max_depth) {
  const absl::Status status = CheckUtf8(text);
  return status.ok() ? CheckDepth(text, max_depth) : status;
}

absl::StatusOr<json> ParseJson(absl::string_view text, int max_depth) {
  if (const absl::Status status = CheckJsonText(text, max_depth); !status.ok()) return status;
  try {
    return json::parse(text.begin(), text.end());
  } catch (const json::exception& error) {
    return NotJson(error.what());
  }
}

absl::string_view JsonTypeName(const json& value) {
  switch (value.type()) {
    case json::value_t::null:
      return "null";
    case json::value_t::object:
      return "an object";
    case json::value_t::array:
      return "a list";
    case json::value_t::string:
      return "a string";
    case json::value_t::boolean:
      return "a truth value";
    default:
      return "a number";
  }
}

}  // namespace serin
