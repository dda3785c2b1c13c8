#include "server/http/header_rules.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/strings/string_view.h"

// Asked for every field that is sent, and names are short: eight bytes of them at a time, one in
// each byte of a word.

namespace serin {
namespace {

using Word = uint64_t;
constexpr Word kOnes = 0x0101010101010101;
constexpr Word kHighs = kOnes << 7;

constexpr Word All(char c) { return kOnes * static_cast<uint8_t>(c); }

// The high bit of each byte that is at least `c`, of bytes below 0x80.
constexpr Word AtLeast(Word bytes, char c) { return bytes + All(static_cast<char>(0x80 - c)); }

Word Load(const char* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

// The text's bytes if there are fewer than fill a word, and harmless ones.
Word LoadShort(absl::string_view text) {
  Word word = All('a');
  for (const char c : text) word = word << 8 | static_cast<uint8_t>(c);
  return word;
}

// Applies `bad`, which gives the high bit of each byte that may not be there, to all of the text.
template <typename Bad>
bool HasNone(absl::string_view text, Bad bad) {
  if (text.size() < sizeof(Word)) return (bad(LoadShort(text)) & kHighs) == 0;
  const char* const last = text.data() + text.size() - sizeof(Word);
  Word found = bad(Load(last));
  for (const char* at = text.data(); at < last; at += sizeof(Word)) found |= bad(Load(at));
  return (found & kHighs) == 0;
}

// Without branches, so that compilers make it a loop over vectors.
bool HasNoControls(absl::string_view text) {
  uint8_t found = 0;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    found |= static_cast<uint8_t>(byte < ' ') | static_cast<uint8_t>(byte == 0x7f);
  }
  return found == 0;
}

bool IsValue(absl::string_view value) {
  const auto is_control = [](char c) {
    return (static_cast<uint8_t>(c) < ' ' && c != '\t') || c == '\x7f';
  };
  return std::none_of(value.begin(), value.end(), is_control);
}

bool IsName(absl::string_view name) {
  if (name.empty()) return false;
  // A colon makes a pseudo-header field.
  const absl::string_view rest = name.substr(name[0] == ':' ? 1 : 0);
  return HasNone(rest, [](Word bytes) {
    const Word low = bytes & ~kHighs;
    return bytes | ~AtLeast(low, '!') | AtLeast(low, '\x7f') |
           (AtLeast(low, 'A') & ~AtLeast(low, 'Z' + 1)) |
           (AtLeast(low, ':') & ~AtLeast(low, ':' + 1));
  });
}

bool IsAboutTheConnection(absl::string_view name) {
  switch (name.size()) {
    case 7:
      return name == "upgrade";
    case 10:
      return name == "connection" || name == "keep-alive";
    case 16:
      return name == "proxy-connection";
    case 17:
      return name == "transfer-encoding";
    default:
      return false;
  }
}

}  // namespace

bool MaySend(const Headers& headers) {
  // Nearly always there is none at all, so that values need not be looked at one by one.
  const bool no_controls = HasNoControls(headers.text());
  for (size_t i = 0; i < headers.size(); ++i) {
    const Headers::Field field = headers[i];
    if (!IsName(field.name) || IsAboutTheConnection(field.name)) return false;
    if (!no_controls && !IsValue(field.value)) return false;
  }
  return true;
}

}  // namespace serin
