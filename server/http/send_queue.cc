#include "server/http/send_queue.h"

namespace serin {
namespace {

// Below it, moving bytes to the front is not worth it, nor is giving memory back.
constexpr size_t kSmall = 16 << 10;

}  // namespace

void SendQueue::Pop(size_t count) {
  sent_ += count;
  if (sent_ == bytes_.size()) {
    Clear();
  } else if (sent_ > kSmall && sent_ > bytes_.size() / 2) {
    bytes_.erase(0, sent_);
    sent_ = 0;
  }
}

void SendQueue::Clear() {
  sent_ = 0;
  bytes_.clear();
  if (bytes_.capacity() > kSmall) bytes_.shrink_to_fit();
}

}  // namespace serin
