#ifndef SERIN_CORE_INGEST_TEXT_WINDOW_H_
#define SERIN_CORE_INGEST_TEXT_WINDOW_H_

#include <cstddef>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace serin {

// Gathers a text that arrives in pieces, and shows it a window at a time to what takes whole rows
// off its beginning. A window is shown when it is full, however the pieces were cut.
//
// It has 1 MiB: enough for the work on it to be long, and little enough to stay in cache. A file of
// one window is read with all its text at hand. A row that does not fit makes it larger, up to the
// longest row that is allowed.
class TextWindow {
 public:
  // Returns how many bytes it took off `text`, behind which RowReader::kPadding bytes are readable;
  // 0 where no row is complete.
  using Take = absl::FunctionRef<absl::StatusOr<size_t>(absl::string_view text, bool last)>;
  // The error for a row, of which `text` is the beginning, that is longer than allowed.
  using TooLong = absl::FunctionRef<absl::Status(absl::string_view text)>;

  explicit TextWindow(size_t max_row_bytes);

  absl::Status Push(absl::string_view text, Take take, TooLong too_long);
  // Shows the rest as the last window.
  absl::Status Finish(Take take);

 private:
  absl::Status Show(Take take, TooLong too_long);

  const size_t max_size_;
  size_t size_;         // Of the window.
  std::string buffer_;  // With the padding.
  size_t filled_ = 0;
};

}  // namespace serin

#endif  // SERIN_CORE_INGEST_TEXT_WINDOW_H_
