#ifndef SERIN_SERVER_HTTP_LOOP_GROUP_H_
#define SERIN_SERVER_HTTP_LOOP_GROUP_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "server/http/epoll_loop.h"

namespace serin {

// Event loops, each with a thread of its own.
class LoopGroup {
 public:
  // Starts `count` threads, at least 1.
  explicit LoopGroup(size_t count);

  // Ends the threads. What belongs to the loops must be gone: destroy it by RunOnEach.
  ~LoopGroup();

  LoopGroup(const LoopGroup&) = delete;
  LoopGroup& operator=(const LoopGroup&) = delete;

  size_t size() const { return loops_.size(); }
  EpollLoop& operator[](size_t index) { return *loops_[index]; }

  // Calls `task` with each index on that loop, all at the same time, and returns when all have
  // returned. Not from a loop.
  void RunOnEach(const std::function<void(size_t index)>& task);

 private:
  std::vector<std::unique_ptr<EpollLoop>> loops_;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_LOOP_GROUP_H_
