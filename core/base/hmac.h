#ifndef SERIN_CORE_BASE_HMAC_H_
#define SERIN_CORE_BASE_HMAC_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace serin {

// HMAC-SHA-256 of a message (RFC 2104, FIPS 198-1): 32 bytes, which nobody can make, or check a
// guess of the message by, who does not have the key.
std::string HmacSha256(absl::string_view key, absl::string_view message);

// A key of so many bytes that nobody can guess: from the operating system's generator. UNAVAILABLE
// if that has nothing to give.
absl::StatusOr<std::string> RandomKey(size_t bytes);

}  // namespace serin

#endif  // SERIN_CORE_BASE_HMAC_H_
