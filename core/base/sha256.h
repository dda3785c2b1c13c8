#ifndef SERIN_CORE_BASE_SHA256_H_
#define SERIN_CORE_BASE_SHA256_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace serin {

// SHA-256 (FIPS 180-4) of bytes that arrive in pieces. Not thread-safe.
class Sha256 {
 public:
  Sha256();
  ~Sha256();

  void Update(absl::string_view bytes);

  // The digest of all bytes so far: 64 lower-case hexadecimal digits. Call once.
  std::string HexDigest();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

std::string Sha256Hex(absl::string_view bytes);

}  // namespace serin

#endif  // SERIN_CORE_BASE_SHA256_H_
