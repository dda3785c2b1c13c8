#ifndef SERIN_SERVER_PROXY_JSON_EXCHANGE_H_
#define SERIN_SERVER_PROXY_JSON_EXCHANGE_H_

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/http/acceptor.h"
#include "server/http/event_loop.h"
#include "server/http/stream.h"
#include "server/proxy/json/front_hooks.h"
#include "server/proxy/json/front_options.h"
#include "server/proxy/json/held_bytes.h"
#include "server/proxy/json/http_reply.h"
#include "server/proxy/json/method_index.h"
#include "server/proxy/json/request_target.h"

namespace serin {

// What every exchange has from the front; all of it outlives the exchange.
struct FrontContext {
  EventLoop& loop;
  StreamAcceptor& grpc;
  const MethodIndex& methods;
  const FrontOptions& options;
  const FrontHooks& hooks;
  HeldBytes& bodies;
};

// A request as the front got it.
struct FrontRequest {
  std::unique_ptr<HttpStream> stream;
  Headers head;
  bool end = false;  // There is nothing after the head.
  StreamAcceptor::Peer peer;
  RequestTarget target;
};

// One request, from its head to the end of its answer. A class for each form derives from it; the
// derived classes see a body and give an answer, and need not know how streams end.
//
// It is owned by an ExchangeSet and goes away some time after it was over, never within one of its
// own methods, so that those may go on after an answer.
class Exchange : private StreamHandler {
 public:
  Exchange(const FrontContext& context, FrontRequest request, ErrorForm form);
  ~Exchange() override = default;

  // Takes the stream's events from here on. `over` is called once, when the exchange is over.
  void Begin(std::function<void()> over);

 protected:
  // The body of the request. Pieces are to be given back by Consume. None of these is called after
  // the answer was complete.
  virtual void OnBegin() {}  // Before all of it; the head is there.
  virtual void OnBody(absl::string_view piece) = 0;
  virtual void OnBodyEnd() = 0;
  virtual void OnReplySent(size_t /*bytes*/) {}
  // The exchange is over, or its answer complete: what runs on its behalf is to end.
  virtual void OnOver() = 0;

  void Consume(size_t bytes);

  // The whole answer. Once one has begun, further ones are ignored.
  void Reply(const HttpReply& reply);
  void Fail(const absl::Status& error);
  void Fail(const absl::Status& error, int http_status);

  // An answer in pieces, for streams.
  void BeginReply(int status, absl::string_view content_type, const Headers& headers);
  void SendReply(absl::string_view piece);
  void EndReply();
  // Cuts off an answer that has begun, so that the caller sees that it is not whole.
  void AbortReply();

  // What Reply sends beside the reply's own headers.
  void set_metadata(Headers metadata) { metadata_ = std::move(metadata); }

  bool replied() const { return replied_; }
  const FrontContext& context() const { return context_; }
  const Headers& head() const { return request_.head; }
  const RequestTarget& target() const { return request_.target; }
  const StreamAcceptor::Peer& peer() const { return request_.peer; }

  // The head of a gRPC call on behalf of this request, with what is left of its time.
  Headers CallHead(absl::string_view path);

 private:
  void OnHeaders(Headers headers, bool end) final;
  void OnData(absl::string_view data, bool end) final;
  void OnTrailers(Headers trailers) final;
  void OnSent(size_t bytes) final;
  void OnClosed(StreamEnd end, uint32_t error) final;

  void EndBody();
  void FinishReply();
  void BeOver();
  void TellOfRefusal(const absl::Status& error) const;

  const FrontContext context_;
  FrontRequest request_;
  const ErrorForm form_;
  Headers metadata_;
  absl::Time begun_;
  absl::Time deadline_ = absl::InfiniteFuture();
  bool called_ = false;  // There was a gRPC call, so that it is logged.
  bool replied_ = false;
  bool reply_ended_ = false;
  bool body_ended_ = false;
  std::function<void()> over_;  // Empty once called.
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_EXCHANGE_H_
