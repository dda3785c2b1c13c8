#ifndef SERIN_SERVER_HTTP_EPOLL_LOOP_H_
#define SERIN_SERVER_HTTP_EPOLL_LOOP_H_

#include <functional>
#include <memory>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/http/event_loop.h"

namespace serin {

// What is told of a descriptor, from its loop. A callback may destroy the Watch.
class WatchHandler {
 public:
  virtual ~WatchHandler() = default;

  // Something came after the last time that reading took less than it had room for. `ends`: an end
  // or an error is behind it, so that there is more to read after less than a buffer full.
  virtual void OnReadable(bool ends) = 0;

  // There is room to write, as WantRoom asked.
  virtual void OnRoom() = 0;
};

// A descriptor that its loop looks after. Destroyed on the loop, before the descriptor is closed.
class Watch {
 public:
  virtual ~Watch() = default;  // No callback comes afterwards.

  // To be called when a write took less than it was given: OnRoom comes once, later.
  virtual void WantRoom() = 0;
};

// An event loop on Linux's epoll, with a thread of its own. It goes round: wait for events, call
// back for each, then run what was posted meanwhile. What a session does once for a whole round
// (write what it gathered) it posts to itself; that costs no lock and no wakeup.
//
// Descriptors are registered once and edge-triggered, so that a round costs one epoll_wait, and a
// connection in it what it reads and writes.
class EpollLoop final : public EventLoop {
 public:
  // Starts the thread.
  EpollLoop();

  // Ends the thread after the round under way; tasks that have not run are destroyed. Not from the
  // loop. Watches and timers of the loop must be gone.
  ~EpollLoop() override;

  absl::Time Now() const override;
  void Post(std::function<void()> task) override;
  std::unique_ptr<Timer> MakeTimer(std::function<void()> callback) override;

  // Calls `task` on the loop and returns when it has returned. Not from the loop.
  void Run(const std::function<void()>& task);

  // --- For sockets. Only from the loop.

  // `fd` is non-blocking; `handler` outlives the watch.
  std::unique_ptr<Watch> MakeWatch(int fd, WatchHandler* handler);

  // Bytes are read into this one buffer and handed on at once, so that a connection that says
  // nothing holds none.
  absl::Span<char> read_buffer();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_EPOLL_LOOP_H_
