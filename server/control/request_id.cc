#include "server/control/request_id.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"

namespace serin {
namespace {

constexpr size_t kMaxRequestIdCharacters = 64;

// Of UTF-8, which protobuf has checked.
size_t CharacterCount(absl::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

absl::Status ValidateRequestId(absl::string_view request_id) {
  const size_t count = CharacterCount(request_id);
  if (count <= kMaxRequestIdCharacters) return absl::OkStatus();
  return InvalidField("request_id", absl::StrCat("must have at most ", kMaxRequestIdCharacters,
                                                 " characters, has ", count));
}

}  // namespace serin
