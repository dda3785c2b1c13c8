#include "core/base/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "absl/status/status.h"

namespace serin {
namespace {

unsigned char* BytesOf(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

std::string HmacSha256(absl::string_view key, absl::string_view message) {
  std::string code(32, '\0');
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), BytesOf(code),
       nullptr);
  return code;
}

absl::StatusOr<std::string> RandomKey(size_t bytes) {
  std::string key(bytes, '\0');
  if (RAND_bytes(BytesOf(key), static_cast<int>(bytes)) == 1) return key;
  return absl::UnavailableError("the operating system has no random bytes for a key");
}

}  // namespace serin
