#ifndef SERIN_SERVER_PROXY_BINARY_METADATA_H_
#define SERIN_SERVER_PROXY_BINARY_METADATA_H_

#include "absl/strings/string_view.h"

// Metadata whose name ends in `-bin`, which gRPC sends as base64 (PROTOCOL-HTTP2.md, "Binary
// metadata"). gRPC's C core takes a value that is not for an error of the connection, with which
// every call on it ends; so none may get there.

namespace serin {

// Of a field's name.
inline bool IsBinary(absl::string_view name) {
  return name.size() >= 4 && name.substr(name.size() - 4) == "-bin";
}

// The value without the padding that may be left out; how much there is does not matter.
absl::string_view WithoutPadding(absl::string_view base64);

// Whether an unpadded value is base64 (RFC 4648, section 4), the unused bits of its last character
// being zero.
bool IsBase64(absl::string_view unpadded);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_BINARY_METADATA_H_
