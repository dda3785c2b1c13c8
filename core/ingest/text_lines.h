#ifndef SERIN_CORE_INGEST_TEXT_LINES_H_
#define SERIN_CORE_INGEST_TEXT_LINES_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace serin {

// Number of lines that end in `text`: by LF, CRLF, or CR alone.
int64_t CountLines(absl::string_view text);

// Position of the first byte of `text` that no file of rows may hold: what is not well-formed
// UTF-8, or a NUL. text.size() where there is none.
size_t FindBadByte(absl::string_view text);

// What is wrong with the byte at `position`, which FindBadByte found, of a value: "not UTF-8 from
// byte 4 of the value: 'caf\xe9'".
std::string DescribeBadByte(absl::string_view value, size_t position);

}  // namespace serin

#endif  // SERIN_CORE_INGEST_TEXT_LINES_H_
