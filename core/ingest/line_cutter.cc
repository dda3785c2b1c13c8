#include "core/ingest/line_cutter.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/base/utf8.h"
#include "core/ingest/ingest_error.h"
#include "core/ingest/text_lines.h"

namespace serin {
namespace {

absl::string_view CompleteLines(absl::string_view text, bool last) {
  return last ? text : text.substr(0, text.rfind('\n') + 1);
}

}  // namespace

LineCutter::LineCutter(absl::string_view text, bool last, int64_t line)
    : lines_(CompleteLines(text, last)), rest_(lines_), first_line_(line), next_line_(line) {}

absl::Status LineCutter::CheckText() const {
  const size_t bad = FindBadByte(lines_);
  if (bad == lines_.size()) return absl::OkStatus();
  LineCutter good(lines_.substr(0, bad), /*last=*/false, first_line_);
  while (good.Next()) continue;
  const absl::string_view value =
      lines_.substr(good.consumed(), lines_.find('\n', bad) - good.consumed());
  return MalformedFile(
      absl::StrCat("line ", good.next_line(), ": ", DescribeBadByte(value, bad - good.consumed())));
}

bool LineCutter::Next() {
  while (!rest_.empty()) {
    const size_t end = rest_.find('\n');
    text_ = absl::StripAsciiWhitespace(rest_.substr(0, end));
    rest_.remove_prefix(end == absl::string_view::npos ? rest_.size() : end + 1);
    ++next_line_;
    if (!text_.empty()) return true;
  }
  return false;
}

absl::Status LineTooLong(int64_t line, absl::string_view text) {
  return FileOverLimit(absl::StrCat("line ", line, ": the line is longer than ", text.size(),
                                    " bytes, which is the limit; it begins ", QuoteForError(text)));
}

}  // namespace serin
