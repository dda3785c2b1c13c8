#include "server/http/header_rules.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace serin {
namespace {

// What a byte may be part of.
enum : uint8_t { kInName = 1, kInValue = 2 };

constexpr std::array<uint8_t, 256> kBytes = [] {
  std::array<uint8_t, 256> bytes = {};
  for (size_t c = 0; c < bytes.size(); ++c) {
    const bool is_control = c < ' ' || c == 0x7f;
    const bool is_upper = c >= 'A' && c <= 'Z';
    if (!is_control || c == '\t') bytes[c] |= kInValue;
    if (!is_control && !is_upper && c != ' ' && c < 0x80) bytes[c] |= kInName;
  }
  return bytes;
}();

// All of the bytes; without a branch for each.
bool Are(uint8_t part, absl::string_view text) {
  uint8_t all = part;
  for (const char c : text) all &= kBytes[static_cast<uint8_t>(c)];
  return all != 0;
}

bool IsName(absl::string_view name) {
  return !name.empty() && Are(kInName, name) && name.find(':', 1) == absl::string_view::npos;
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
  for (size_t i = 0; i < headers.size(); ++i) {
    const Headers::Field field = headers[i];
    if (!IsName(field.name) || !Are(kInValue, field.value) || IsAboutTheConnection(field.name)) {
      return false;
    }
  }
  return true;
}

}  // namespace serin
