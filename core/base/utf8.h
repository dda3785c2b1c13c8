#ifndef SERIN_CORE_BASE_UTF8_H_
#define SERIN_CORE_BASE_UTF8_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace serin {

bool IsAscii(absl::string_view text);

// Length of the longest prefix of `text` that is well-formed UTF-8 (Unicode 15, table 3-7: no
// overlong forms, no surrogates, nothing beyond U+10FFFF). text.size() where all of it is.
size_t ValidUtf8Prefix(absl::string_view text);

inline bool IsUtf8(absl::string_view text) { return ValidUtf8Prefix(text) == text.size(); }

// The longest prefix of well-formed UTF-8 that has at most `max_bytes` and ends between characters.
absl::string_view Utf8Prefix(absl::string_view text, size_t max_bytes);

// `text` in single quotes for an error message: cut to about `max_bytes` between characters, with
// what cannot be printed escaped. The limit is for what a user sent, which may be anything; more
// for names that the user has to recognise.
std::string QuoteForError(absl::string_view text, size_t max_bytes = 40);

}  // namespace serin

#endif  // SERIN_CORE_BASE_UTF8_H_
