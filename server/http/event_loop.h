#ifndef SERIN_SERVER_HTTP_EVENT_LOOP_H_
#define SERIN_SERVER_HTTP_EVENT_LOOP_H_

#include <functional>
#include <memory>

#include "absl/time/time.h"

namespace serin {

// Calls a function once, some time after it was armed. Belongs to its loop.
class Timer {
 public:
  virtual ~Timer() = default;  // Disarms.

  // From now; replaces what it was armed for. May be a few milliseconds late, never early.
  virtual void Arm(absl::Duration delay) = 0;
  virtual void Disarm() = 0;
};

// One thread that waits for events and calls back. Everything that belongs to a loop is used only
// from callbacks of that loop, so none of it has locks.
class EventLoop {
 public:
  virtual ~EventLoop() = default;

  // A clock that never goes back; its zero means nothing. Read once for each round of callbacks.
  virtual absl::Time Now() const = 0;

  // Calls `task` on the loop, soon, in the order of the calls. The one method for other threads.
  virtual void Post(std::function<void()> task) = 0;

  // `callback` may destroy the timer.
  virtual std::unique_ptr<Timer> MakeTimer(std::function<void()> callback) = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_EVENT_LOOP_H_
