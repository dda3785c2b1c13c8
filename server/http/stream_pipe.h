#ifndef SERIN_SERVER_HTTP_STREAM_PIPE_H_
#define SERIN_SERVER_HTTP_STREAM_PIPE_H_

#include <cstddef>
#include <memory>

#include "server/http/event_loop.h"
#include "server/http/stream.h"

namespace serin {

// Two streams joined in memory: what is sent on one arrives on the other, by the contract of
// HttpStream, as though a connection were between them. The two ends are equal; by convention
// `client` sends a request whose head travelled beside the pipe (SendHeaders on it is not needed),
// and `server` sends the response.
//
// What the owner of one end has not consumed is bounded by the window, and SendData counts as sent
// (OnSent) once the other end's owner has consumed it. So whoever sends no more than was sent of
// what came before holds no more than it gives at once.
struct StreamPipe {
  std::unique_ptr<HttpStream> client;
  std::unique_ptr<HttpStream> server;
};

// How much may be delivered to one end and not yet consumed.
inline constexpr size_t kStreamPipeWindow = 256 * 1024;

// Both ends belong to `loop`, which outlives them. `window` is at least 16 KiB.
StreamPipe MakeStreamPipe(EventLoop* loop, size_t window = kStreamPipeWindow);

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_STREAM_PIPE_H_
