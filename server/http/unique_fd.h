#ifndef SERIN_SERVER_HTTP_UNIQUE_FD_H_
#define SERIN_SERVER_HTTP_UNIQUE_FD_H_

#include <unistd.h>

#include <utility>

namespace serin {

// A file descriptor that is closed with its owner.
class UniqueFd {
 public:
  explicit UniqueFd(int fd = -1) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~UniqueFd() {
    if (fd_ >= 0) close(fd_);
  }

  int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_UNIQUE_FD_H_
