#include "core/ingest/text_lines.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"
#include "simdjson.h"

namespace serin {

int64_t CountLines(absl::string_view text) {
  int64_t lines = std::count(text.begin(), text.end(), '\n');
  for (size_t at = text.find('\r'); at != absl::string_view::npos; at = text.find('\r', at + 1)) {
    if (at + 1 == text.size() || text[at + 1] != '\n') ++lines;
  }
  return lines;
}

size_t FindBadByte(absl::string_view text) {
  const void* const nul = std::memchr(text.data(), '\0', text.size());
  const size_t end = nul == nullptr ? text.size() : static_cast<const char*>(nul) - text.data();
  if (simdjson::validate_utf8(text.data(), end)) return end;
  return ValidUtf8Prefix(text.substr(0, end));
}

std::string DescribeBadByte(absl::string_view value, size_t position) {
  if (value[position] == '\0') {
    return absl::StrCat("a NUL at byte ", position + 1, " of the value: ", QuoteForError(value),
                        "; text must be UTF-8, and not UTF-16");
  }
  return absl::StrCat("not UTF-8 from byte ", position + 1,
                      " of the value: ", QuoteForError(value));
}

}  // namespace serin
