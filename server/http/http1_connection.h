#ifndef SERIN_SERVER_HTTP_HTTP1_CONNECTION_H_
#define SERIN_SERVER_HTTP_HTTP1_CONNECTION_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/http/acceptor.h"
#include "server/http/event_loop.h"
#include "server/http/http1_request.h"
#include "server/http/http1_response.h"
#include "server/http/server_connection.h"
#include "server/http/session_limits.h"
#include "server/http/transport.h"

namespace serin {

// A connection that serves HTTP/1.1, one exchange at a time: bytes that come while one is under way
// wait. It is held by its owner and by its stream, and goes away with the later of the two.
//
// Methods of a stream only write down what is to happen; Step, from the loop, makes it happen. So
// no callback comes from within a method.
class Http1Connection final : public TransportHandler,
                              public std::enable_shared_from_this<Http1Connection> {
 public:
  Http1Connection(EventLoop* loop, const SessionLimits& limits, StreamAcceptor* acceptor,
                  NewConnection connection);

  void Start(std::string already_read);
  void Drain(absl::Duration grace);
  // The owner is gone: closes at once, and tells nobody.
  void LetGo();

  // What a stream is asked to do. `exchange` is its number; those that are over are ignored.
  void SetHandler(uint64_t exchange, StreamHandler* handler);
  void SendHeaders(uint64_t exchange, const Headers& headers, bool end);
  void SendData(uint64_t exchange, absl::string_view data, bool end);
  void SendTrailers(uint64_t exchange, const Headers& trailers);
  void Reset(uint64_t exchange, uint32_t error);
  void Consume(uint64_t exchange, size_t bytes);

 private:
  // kClosing: what is queued goes out, and then our side is closed. kLingering: what still comes is
  // thrown away, so that the peer can read our last words before it hears of unread bytes.
  enum class State { kOpen, kClosing, kLingering, kOver };

  struct Exchange {
    uint64_t number;
    StreamHandler* handler = nullptr;
    bool open = true;  // The stream's owner is to be told of things.
    Http1Response response;
    bool expects_continue = false;  // And has not been told to.
    uint64_t announced = 0;         // Of the request's body; 0 if not known.
    bool has_body = false;
    bool keep_alive = false;  // Said by the request; once the head is sent, by both.
    uint64_t received = 0;    // Of the body.
    bool request_ended = false;
    size_t unconsumed = 0;
    size_t drained = 0;  // Of the body, after its owner had lost interest.
  };

  // Body bytes that have gone out once so much of the outbox has.
  struct Mark {
    uint64_t outbox_end;
    size_t body_bytes;
  };

  void OnRead(absl::string_view bytes) override;
  void OnWritable() override;
  void OnEnd() override;
  void OnClosed(absl::Status why) override;

  void Schedule();
  void Step();
  bool StepOnce();

  // Reading.
  absl::string_view inbox() const { return absl::string_view(inbox_).substr(taken_); }
  void TakeFromInbox(size_t bytes);
  bool MayRead() const;
  bool ReadOne();
  void BeginExchange();
  void SendContinue();
  void TakeBody(absl::string_view body);
  void EndRequest();
  void RefuseRequest(int status, absl::string_view why);
  void UpdateReading();

  // Writing.
  bool Flush();
  bool TellSent();
  bool flushed() const { return written_ == outbox_.size(); }
  bool MayKeepAlive() const;
  void QueueError(int status, absl::string_view why);
  Exchange* Find(uint64_t number);

  // The end: of an exchange, of the connection.
  bool FinishExchange();
  bool FinishClosing();
  void CloseExchange(StreamEnd end);
  void BeOver();
  void ArmTimer();
  void OnTimer();
  absl::Time Due() const;
  bool AwaitsPeer() const;

  EventLoop& loop_;
  const SessionLimits limits_;
  StreamAcceptor& acceptor_;
  const StreamAcceptor::Peer peer_;
  std::function<void()> on_closed_;
  std::unique_ptr<Transport> transport_;
  const std::unique_ptr<Timer> timer_;

  State state_ = State::kOpen;
  bool scheduled_ = false;
  bool abort_ = false;  // To be cut off by the next Step.
  bool draining_ = false;
  bool peer_ended_ = false;
  std::string inbox_;
  size_t taken_ = 0;  // Of inbox_.
  std::unique_ptr<Http1Request> request_;
  std::optional<Exchange> exchange_;
  uint64_t exchanges_ = 0;

  std::string outbox_;
  size_t written_ = 0;        // Of outbox_.
  uint64_t outbox_base_ = 0;  // What was written of it and dropped.
  std::deque<Mark> marks_;

  absl::Time progress_;  // When the peer last sent or took something, or a request ended.
  absl::Time head_began_;
  absl::Time linger_until_ = absl::InfiniteFuture();
  absl::Time drain_until_ = absl::InfiniteFuture();
};

}  // namespace serin

#endif  // SERIN_SERVER_HTTP_HTTP1_CONNECTION_H_
