#ifndef SERIN_SERVER_HTTP_ASIO_LOOP_H_
#define SERIN_SERVER_HTTP_ASIO_LOOP_H_

#include <functional>
#include <memory>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/http/event_loop.h"

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace serin {

// An event loop on Boost Asio with a thread of its own. It goes round: wait for events, call back
// for each, then run what was posted meanwhile. What a session does once for a whole round (write
// what it gathered) it posts to itself; that costs no lock and no wakeup.
class AsioLoop final : public EventLoop {
 public:
  // Starts the thread.
  AsioLoop();

  // Ends the thread after the round under way; tasks that have not run are destroyed. Not from the
  // loop. Sockets and timers of the loop must be gone.
  ~AsioLoop() override;

  absl::Time Now() const override;
  void Post(std::function<void()> task) override;
  std::unique_ptr<Timer> MakeTimer(std::function<void()> callback) override;

  // Calls `task` on the loop and returns when it has returned. Not from the loop.
  void Run(const std::function<void()>& task);

  // For transports. Only from the loop: bytes are read into the one buffer and handed on at once,
  // so that a connection that says nothing holds none.
  boost::asio::io_context& context();
  absl::Span<char> read_buffer();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_ASIO_LOOP_H_
