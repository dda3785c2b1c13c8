#include "core/ingest/text_window.h"

#include <algorithm>
#include <cstring>

#include "core/base/status_macros.h"
#include "core/ingest/row_reader.h"

namespace serin {
namespace {

constexpr size_t kFirstSize = 1 << 20;
constexpr size_t kLineEnd = 2;  // CRLF.

}  // namespace

TextWindow::TextWindow(size_t max_row_bytes)
    : max_size_(max_row_bytes + kLineEnd), size_(std::min(kFirstSize, max_size_)) {
  buffer_.resize(size_ + RowReader::kPadding);
}

absl::Status TextWindow::Push(absl::string_view text, Take take, TooLong too_long) {
  while (!text.empty()) {
    const size_t count = std::min(text.size(), size_ - filled_);
    std::memcpy(buffer_.data() + filled_, text.data(), count);
    filled_ += count;
    text.remove_prefix(count);
    if (filled_ == size_) SERIN_RETURN_IF_ERROR(Show(take, too_long));
  }
  return absl::OkStatus();
}

absl::Status TextWindow::Show(Take take, TooLong too_long) {
  const absl::string_view text(buffer_.data(), filled_);
  SERIN_ASSIGN_OR_RETURN(const size_t taken, take(text, /*last=*/false));
  if (taken == 0) {
    if (size_ == max_size_) return too_long(text.substr(0, max_size_ - kLineEnd));
    size_ = std::min(2 * size_, max_size_);
    buffer_.resize(size_ + RowReader::kPadding);
    return absl::OkStatus();
  }
  filled_ -= taken;
  std::memmove(buffer_.data(), buffer_.data() + taken, filled_);
  return absl::OkStatus();
}

absl::Status TextWindow::Finish(Take take) {
  // What is left of an earlier window could be taken for a line end.
  std::memset(buffer_.data() + filled_, 0, RowReader::kPadding);
  return take(absl::string_view(buffer_.data(), filled_), /*last=*/true).status();
}

}  // namespace serin
