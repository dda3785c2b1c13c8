#ifndef SERIN_CORE_INGEST_LINE_CUTTER_H_
#define SERIN_CORE_INGEST_LINE_CUTTER_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace serin {

// Cuts a window into the lines that are complete in it, which end with LF or CRLF; where it is the
// last one the end of the text ends a line too.
class LineCutter {
 public:
  // `line`: on which the text begins.
  LineCutter(absl::string_view text, bool last, int64_t line);

  // Refuses what is not UTF-8, naming the line.
  absl::Status CheckText() const;

  // Steps to the next line that is not blank; false at the end.
  bool Next();

  // The line, without spaces around it, and its number.
  absl::string_view text() const { return text_; }
  int64_t line() const { return next_line_ - 1; }

  // Bytes of the complete lines.
  size_t consumed() const { return lines_.size(); }
  // The number of the line behind those that Next has stepped over.
  int64_t next_line() const { return next_line_; }

 private:
  const absl::string_view lines_;
  absl::string_view rest_;
  absl::string_view text_;
  const int64_t first_line_;
  int64_t next_line_;
};

// RESOURCE_EXHAUSTED for a line that does not fit in the largest window, `text`.
absl::Status LineTooLong(int64_t line, absl::string_view text);

}  // namespace serin

#endif  // SERIN_CORE_INGEST_LINE_CUTTER_H_
