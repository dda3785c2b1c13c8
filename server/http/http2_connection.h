#ifndef SERIN_SERVER_HTTP_HTTP2_CONNECTION_H_
#define SERIN_SERVER_HTTP_HTTP2_CONNECTION_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/http/event_loop.h"
#include "server/http/http2_stream.h"
#include "server/http/liveness.h"
#include "server/http/rate_guard.h"
#include "server/http/reset_scanner.h"
#include "server/http/session_limits.h"
#include "server/http/stream.h"
#include "server/http/transport.h"

struct nghttp2_session;

namespace serin {

// What differs between a server's and a client's connection. Called from the event loop and never
// from within a method of the connection; a callback may let go of the connection.
class Http2Owner {
 public:
  virtual ~Http2Owner() = default;

  // The peer's first SETTINGS came.
  virtual void OnPeerReady() = 0;

  // A request, on a server. The handle without a handler afterwards is refused.
  virtual void OnRequest(std::unique_ptr<HttpStream> stream, Headers head, bool end) = 0;

  // The peer takes no more streams (GOAWAY), or there are no more stream numbers.
  virtual void OnGoAway() = 0;

  // There may be room for streams where there was none.
  virtual void OnRoom() = 0;

  // The last callback. Every stream has been told.
  virtual void OnEnded(absl::Status why) = 0;
};

// An HTTP/2 connection, either side: nghttp2 reads and writes frames, this joins it to a transport,
// an event loop and streams.
//
// Reading: what the transport brings goes through nghttp2, whose callbacks (http2_frames.cc) call
// the handlers of streams directly. Writing: methods of streams only tell nghttp2 what is to be
// sent, and ask for a Flush at the end of the loop's round; it gathers all frames that are ready
// into one write. What nghttp2 says while it holds the pen (a stream was closed, bytes were packed)
// is noted and told to handlers once it has returned, by Deliver: so handlers may do anything, up
// to destroying the connection.
class Http2Connection final : public TransportHandler,
                              public std::enable_shared_from_this<Http2Connection> {
 public:
  enum class Side { kServer, kClient };

  // `loop` and `limits` outlive it, `owner` until LetGo. Call Start next.
  Http2Connection(Side side, EventLoop* loop, const SessionLimits* limits,
                  std::unique_ptr<Transport> transport, Http2Owner* owner);
  ~Http2Connection() override;

  // Sends the preface and begins to read, soon; `already_read` comes first.
  void Start(std::string already_read);

  // The owner goes: closes the transport; nobody gets a callback any more.
  void LetGo();

  // A client's request; see ClientSession::Open.
  std::unique_ptr<HttpStream> Open(const Headers& head, bool end, StreamHandler* handler);
  size_t open_streams() const { return streams_.size(); }
  // See ClientSession.
  absl::Time last_heard() const {
    return peer_ready_ ? liveness_.last_bytes() : absl::InfinitePast();
  }

  // See ServerConnection::Drain.
  void Drain(absl::Duration grace);

  // What handles of streams call; see HttpStream.
  void SendHeaders(Http2Stream* stream, Headers headers, bool end);
  void SendData(Http2Stream* stream, absl::string_view data, bool end);
  void SendTrailers(Http2Stream* stream, Headers trailers);
  void Reset(Http2Stream* stream, uint32_t error);
  void Abandon(Http2Stream* stream);
  void Consume(Http2Stream* stream, size_t bytes);

  void OnRead(absl::string_view bytes) override;
  void OnWritable() override;
  void OnEnd() override;
  void OnClosed(absl::Status why) override;

 private:
  friend class Http2Frames;

  enum class State {
    kOpen,
    kClosing,  // Nothing is read or opened; what is to be written is, then the peer has to close.
    kEnded,    // OnEnded was called, or nobody is there to be called.
  };

  struct Closed {
    std::unique_ptr<Http2Stream> stream;
    StreamEnd end;
    uint32_t error;
  };

  void SendSettings();

  // Streams, and what became of them.
  bool HasRoom() const;
  Http2Stream* AddStream();
  void Break(Http2Stream* stream, uint32_t error);  // Reset, of which the handler is told.
  void NoteClosed(Http2Stream* stream, StreamEnd end, uint32_t error);
  void NoteSent(Http2Stream* stream, size_t bytes);
  void Deliver();
  void DeliverToStreams();
  void DeliverToOwner();

  // Reading. As nghttp2_session_mem_recv, but resets of streams that are idle are dropped.
  ssize_t ReceiveFromClient(absl::string_view bytes);
  bool IsIdle(uint32_t stream) const;

  // Writing. Gather and WriteOut return whether to go on.
  void SendQueued(Http2Stream* stream);
  void ScheduleFlush();
  void Flush();
  bool Gather();
  bool WriteOut();

  // Time.
  void WakeForNext();
  void OnTimer();
  void StepLiveness(absl::Time now);
  void PlanToLookForStalls();
  void LookForStalls(absl::Time now);
  void OnPingAnswered();
  void NameLastStream();

  // Endings.
  bool IsOver() const;
  void Fail(uint32_t error, absl::Status why);
  void Close(absl::Status why);
  void CloseStreams();
  void CloseTransport();
  void End();

  const Side side_;
  EventLoop& loop_;
  const SessionLimits& limits_;
  Http2Owner* owner_;  // Null once let go.
  std::unique_ptr<Transport> transport_;
  nghttp2_session* session_ = nullptr;
  State state_ = State::kOpen;
  absl::Status why_;  // Of the end, from the first that knew.

  std::vector<std::unique_ptr<Http2Stream>> streams_;
  std::vector<Closed> closed_;        // For Deliver.
  std::vector<Http2Stream*> sent_;    // For Deliver.
  Http2Stream* heading_ = nullptr;    // The one whose head is coming, if there is one.
  Http2Stream* accepting_ = nullptr;  // The one that OnRequest is being called for.
  bool peer_ready_ = false;
  bool peer_going_ = false;
  bool wants_room_ = false;  // Open had none.
  bool told_ready_ = false;
  bool told_going_ = false;

  std::string out_;     // Gathered frames.
  size_t written_ = 0;  // Of out_.
  bool flush_scheduled_ = false;
  bool peer_closed_ = false;  // It writes no more.
  bool blocked_ = false;      // The transport takes no more until OnWritable.
  absl::Time blocked_since_;

  ResetScanner resets_;  // Of what a client sends.
  Liveness liveness_;
  RateGuard quick_resets_;
  RateGuard idle_frames_;
  RateGuard bad_requests_;
  const char* violation_ = nullptr;  // What the peer did too often; ends the connection.

  std::unique_ptr<Timer> timer_;
  absl::Time wake_ = absl::InfiniteFuture();  // When the timer is due.
  absl::Time look_for_stalls_ = absl::InfiniteFuture();
  bool draining_ = false;
  absl::Time last_goaway_ = absl::InfiniteFuture();  // When at the latest to name the last stream.
  absl::Time give_up_ = absl::InfiniteFuture();      // The end of drain's grace, or of the linger.
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_HTTP2_CONNECTION_H_
