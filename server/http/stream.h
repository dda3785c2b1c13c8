#ifndef SERIN_SERVER_HTTP_STREAM_H_
#define SERIN_SERVER_HTTP_STREAM_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "server/http/headers.h"

// One exchange of a request and its response over HTTP, seen from either end and whatever carries
// it: a stream of an HTTP/2 connection, an exchange of an HTTP/1.1 connection, or a pipe within the
// process. It knows nothing of gRPC or of models.

namespace serin {

// How a stream ended.
enum class StreamEnd {
  kComplete,        // Both directions ended as HTTP says.
  kReset,           // The peer reset it; see the error code.
  kRefused,         // The peer has not looked at it (REFUSED_STREAM, or above GOAWAY's last
                    // stream): it may be sent again as though it had never been.
  kConnectionLost,  // The connection ended, broke the protocol or was given up.
};

// What the owner of a stream is told. Every callback comes from the stream's event loop, and never
// from within a call of a method of the stream. A callback may call the stream's methods and may
// destroy it.
class StreamHandler {
 public:
  virtual ~StreamHandler() = default;

  // The head of the peer's message: first, and, of a response, also each time before that a 1xx
  // comes. `end`: there is nothing after it.
  virtual void OnHeaders(Headers headers, bool end) = 0;

  // A piece of the body, valid during the call; empty only if `end`. Its bytes count against the
  // stream's receive window until HttpStream::Consume gives them back.
  virtual void OnData(absl::string_view data, bool end) = 0;

  // The peer's trailers, which end its direction.
  virtual void OnTrailers(Headers trailers) = 0;

  // `bytes` of what SendData queued have gone to the connection and are no longer held here.
  virtual void OnSent(size_t bytes) = 0;

  // The last callback. `error` is an HTTP/2 error code (RFC 9113, section 7), 0 where none came.
  virtual void OnClosed(StreamEnd end, uint32_t error) = 0;
};

// Not thread-safe: belongs to one event loop. The owner destroys it; that resets it (CANCEL) if it
// has not ended, and no callback comes afterwards. Once it has ended, methods do nothing.
//
// Flow control is linked by its owner. What SendData is given is queued without bound, so whoever
// relays from one stream to another calls Consume on the first for what OnSent of the second tells:
// then a slow reader fills the windows, and the writer stops, with at most one receive window held.
class HttpStream {
 public:
  virtual ~HttpStream() = default;

  // Who is told. Set once, before the callback that handed the stream over returns, or before the
  // loop runs again. Outlives the stream.
  virtual void set_handler(StreamHandler* handler) = 0;

  // The head of the message: :status and fields for a response (any number of 1xx before the last),
  // nothing for a request, whose head opened the stream.
  virtual void SendHeaders(Headers headers, bool end) = 0;

  // Copies. `end` ends this direction; `data` may then be empty.
  virtual void SendData(absl::string_view data, bool end) = 0;

  // Ends this direction with trailers, after all that is queued.
  virtual void SendTrailers(Headers trailers) = 0;

  // Ends the stream in both directions with an HTTP/2 error code; drops what is queued. NO_ERROR is
  // for a response that is complete before its request: goes out after what is queued. No callback
  // comes afterwards.
  virtual void Reset(uint32_t error) = 0;

  // The owner is done with so many bytes of OnData: the peer may send as many more.
  virtual void Consume(size_t bytes) = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_STREAM_H_
