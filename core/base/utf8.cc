#include "core/base/utf8.h"

#include <cstdint>
#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace serin {
namespace {

// Length of the run of ASCII that `text` begins with, down to a multiple of 8.
size_t SkipAscii(absl::string_view text) {
  size_t at = 0;
  for (uint64_t word; text.size() - at >= sizeof(word); at += sizeof(word)) {
    std::memcpy(&word, text.data() + at, sizeof(word));
    if (word & 0x8080808080808080u) break;
  }
  return at;
}

bool Between(uint8_t byte, uint8_t low, uint8_t high) { return byte >= low && byte <= high; }

// Length of the character that `text` begins with, or 0 where it is not well-formed.
size_t CharacterLength(absl::string_view text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<uint8_t>(text[i]) : uint8_t{0};
  };
  const auto tail = [&](size_t i) { return Between(byte(i), 0x80, 0xbf); };
  const uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (Between(first, 0xc2, 0xdf)) return tail(1) ? 2 : 0;
  if (Between(first, 0xe0, 0xef)) {
    const uint8_t low = first == 0xe0 ? 0xa0 : 0x80;
    const uint8_t high = first == 0xed ? 0x9f : 0xbf;
    return Between(byte(1), low, high) && tail(2) ? 3 : 0;
  }
  if (Between(first, 0xf0, 0xf4)) {
    const uint8_t low = first == 0xf0 ? 0x90 : 0x80;
    const uint8_t high = first == 0xf4 ? 0x8f : 0xbf;
    return Between(byte(1), low, high) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

// As UTF-8 in any case, which messages on the wire must be.
std::string Escape(absl::string_view text) {
  return IsUtf8(text) ? absl::Utf8SafeCHexEscape(text) : absl::CHexEscape(text);
}

}  // namespace

bool IsAscii(absl::string_view text) {
  for (text.remove_prefix(SkipAscii(text)); !text.empty(); text.remove_prefix(1)) {
    if (static_cast<uint8_t>(text[0]) >= 0x80) return false;
  }
  return true;
}

size_t ValidUtf8Prefix(absl::string_view text) {
  size_t at = SkipAscii(text);
  while (at < text.size()) {
    const size_t length = CharacterLength(text.substr(at));
    if (length == 0) return at;
    at += length;
    at += SkipAscii(text.substr(at));
  }
  return at;
}

absl::string_view Utf8Prefix(absl::string_view text, size_t max_bytes) {
  const absl::string_view prefix = text.substr(0, max_bytes);
  return prefix.substr(0, ValidUtf8Prefix(prefix));
}

std::string QuoteForError(absl::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return absl::StrCat("'", Escape(text), "'");
  absl::string_view shown = text.substr(0, max_bytes);
  // Not into the middle of a character, where it is one.
  const size_t valid = ValidUtf8Prefix(shown);
  if (valid + 4 > shown.size()) shown = shown.substr(0, valid);
  return absl::StrCat("'", Escape(shown), "...' (", text.size(), " bytes)");
}

}  // namespace serin
