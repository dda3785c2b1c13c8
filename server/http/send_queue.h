#ifndef SERIN_SERVER_HTTP_SEND_QUEUE_H_
#define SERIN_SERVER_HTTP_SEND_QUEUE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "server/http/headers.h"

namespace serin {

// What a stream has yet to send of its body, in one buffer, and how it ends.
class SendQueue {
 public:
  void Append(absl::string_view bytes) { bytes_.append(bytes.data(), bytes.size()); }

  // Nothing may be appended afterwards.
  void End() { ended_ = true; }
  void EndWith(Headers trailers) {
    ended_ = true;
    trailers_ = std::move(trailers);
  }

  size_t size() const { return bytes_.size() - sent_; }
  bool ended() const { return ended_; }
  const std::optional<Headers>& trailers() const { return trailers_; }

  // The first `count` bytes, of those there are.
  absl::string_view Front(size_t count) const {
    return absl::string_view(bytes_).substr(sent_, count);
  }

  // Takes them off.
  void Pop(size_t count);

  // As though nothing had been appended.
  void Clear();

 private:
  std::string bytes_;
  size_t sent_ = 0;  // How much of bytes_ is gone; at most half of it, but for a small one.
  bool ended_ = false;
  std::optional<Headers> trailers_;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_SEND_QUEUE_H_
