#ifndef SERIN_SERVER_HTTP_HTTP2_STREAM_H_
#define SERIN_SERVER_HTTP_HTTP2_STREAM_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"
#include "server/http/send_queue.h"
#include "server/http/stream.h"

namespace serin {

class Http2Connection;
class Http2StreamHandle;

// A stream as its connection keeps it, from its first frame until nghttp2 has closed it and its
// handler was told. The owner of the stream holds a Http2StreamHandle, which may go earlier or
// later.
struct Http2Stream {
  explicit Http2Stream(Http2Connection* its_connection) : connection(its_connection) {}
  ~Http2Stream();

  Http2Stream(const Http2Stream&) = delete;
  Http2Stream& operator=(const Http2Stream&) = delete;

  Http2Connection* const connection;
  int32_t id = 0;
  size_t index = 0;  // In the connection's list.
  absl::Time opened;

  // Both null once the owner has destroyed or reset the stream.
  Http2StreamHandle* handle = nullptr;
  StreamHandler* handler = nullptr;

  // What comes.
  bool accepted = false;  // A request: the acceptor has been asked.
  Headers head;           // The block under way.
  size_t head_bytes = 0;  // Of it, also where there was no room for it.
  bool head_too_large = false;
  size_t unconsumed = 0;  // Bytes of OnData for which Consume was not called.
  bool peer_ended = false;

  // What goes.
  Headers head_sent;  // nghttp2 refers to it until it has gone out.
  SendQueue queue;
  absl::Time moved;             // When the queue was last empty, or lost a byte.
  size_t sent = 0;              // Gone to the connection since the last OnSent.
  bool waits_for_data = false;  // nghttp2 does not ask until it is told that there are data.
  bool ended = false;           // END_STREAM went out.
  bool reset_when_ended = false;
  bool closed = false;  // nghttp2 does not know it any more.
};

// What the owner of a stream holds.
class Http2StreamHandle final : public HttpStream {
 public:
  explicit Http2StreamHandle(Http2Stream* stream) : stream_(stream) { stream->handle = this; }
  ~Http2StreamHandle() override;

  void set_handler(StreamHandler* handler) override;
  void SendHeaders(Headers headers, bool end) override;
  void SendData(absl::string_view data, bool end) override;
  void SendTrailers(Headers trailers) override;
  void Reset(uint32_t error) override;
  void Consume(size_t bytes) override;

 private:
  friend struct Http2Stream;

  bool CanSend() const;

  Http2Stream* stream_;  // Null once it has ended.
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_HTTP2_STREAM_H_
