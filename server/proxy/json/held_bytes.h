#ifndef SERIN_SERVER_PROXY_JSON_HELD_BYTES_H_
#define SERIN_SERVER_PROXY_JSON_HELD_BYTES_H_

#include <cstddef>

namespace serin {

// Counts what is held at a time of all bodies together.
class HeldBytes {
 public:
  explicit HeldBytes(size_t max) : max_(max) {}

  // False: there is no room for so many more.
  bool Take(size_t bytes) {
    if (bytes > max_ - held_) return false;
    held_ += bytes;
    return true;
  }
  void Give(size_t bytes) { held_ -= bytes; }

 private:
  const size_t max_;
  size_t held_ = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_HELD_BYTES_H_
