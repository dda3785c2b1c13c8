#ifndef SERIN_SERVER_HTTP_TRANSPORT_H_
#define SERIN_SERVER_HTTP_TRANSPORT_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// A connection as bytes: a TCP or Unix socket, TLS on top of either, or memory (in tests).

namespace serin {

// What the user of a transport is told, from its event loop and never from within a call of one of
// its methods. A callback may destroy the transport or give it another handler.
class TransportHandler {
 public:
  virtual ~TransportHandler() = default;

  // From the peer, in order; valid during the call. Never empty.
  virtual void OnRead(absl::string_view bytes) = 0;

  // There is room again, after a Write that did not take all it was given.
  virtual void OnWritable() = 0;

  // The peer has closed its direction in order. What is written may still reach it.
  virtual void OnEnd() = 0;

  // The last callback: the connection broke. UNAVAILABLE with the cause.
  virtual void OnClosed(absl::Status why) = 0;
};

// Not thread-safe: belongs to one event loop. Destroying it closes the connection at once, and no
// callback comes afterwards; what Write took may be lost unless CloseWrite was called and OnEnd
// came.
class Transport {
 public:
  virtual ~Transport() = default;

  // Whom to tell. Nothing is read before there is one. Outlives the transport, or is replaced.
  virtual void set_handler(TransportHandler* handler) = 0;

  // Takes as many bytes as it can at once and returns how many; a broken connection takes all and
  // drops them. After it took less than all, OnWritable comes when it can take more.
  virtual size_t Write(absl::string_view bytes) = 0;

  // Ends this direction, after what Write took. No Write may follow.
  virtual void CloseWrite() = 0;

  // Stops OnRead and OnEnd until it is called with false: for protocols without flow control of
  // their own.
  virtual void PauseReading(bool pause) = 0;

  // What ALPN settled on ("h2", "http/1.1"), known when OnRead comes. Empty without TLS or ALPN.
  virtual absl::string_view protocol() const { return ""; }
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_TRANSPORT_H_
