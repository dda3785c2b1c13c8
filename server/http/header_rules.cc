#include "server/http/header_rules.h"

#include <cstdint>

#include "absl/strings/string_view.h"

namespace serin {
namespace {

// Both without branches in the loop, so that the compiler can take many bytes at a time.
bool IsName(absl::string_view name) {
  bool bad = false;
  for (const char c : name) {
    const auto byte = static_cast<uint8_t>(c);
    bad |= byte <= ' ' || byte >= 0x7f || static_cast<uint8_t>(byte - 'A') < 26;
  }
  return !bad && !name.empty() && name.find(':', 1) == absl::string_view::npos;
}

bool IsValue(absl::string_view value) {
  bool bad = false;
  for (const char c : value) {
    const auto byte = static_cast<uint8_t>(c);
    bad |= (byte < ' ' && byte != '\t') || byte == 0x7f;
  }
  return !bad;
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
    if (!IsName(field.name) || !IsValue(field.value) || IsAboutTheConnection(field.name)) {
      return false;
    }
  }
  return true;
}

}  // namespace serin
