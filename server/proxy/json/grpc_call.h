#ifndef SERIN_SERVER_PROXY_JSON_GRPC_CALL_H_
#define SERIN_SERVER_PROXY_JSON_GRPC_CALL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/http/acceptor.h"
#include "server/http/event_loop.h"
#include "server/http/grpc_framer.h"
#include "server/http/headers.h"
#include "server/http/stream.h"

namespace serin {

// What the one who makes a call is told, from the loop and never within a call of a method. Each
// may destroy the call.
class GrpcCallEvents {
 public:
  virtual ~GrpcCallEvents() = default;

  // The head of the response, if it has any but its end; before the messages.
  virtual void OnCallHead(const Headers& head) = 0;
  virtual void OnCallMessage(std::string message) = 0;
  // Bytes of the body of the response, to be given back by Consume.
  virtual void OnCallRead(size_t bytes) = 0;
  // Bytes that Send returned have been taken.
  virtual void OnCallSent(size_t bytes) = 0;
  // The end of the call, once; nothing comes afterwards. `trailers` as they came, empty if none.
  virtual void OnCallDone(const absl::Status& status, const Headers& trailers) = 0;
};

// One gRPC call within the process, seen from its caller. Destroying it cancels it.
class GrpcCall final : private StreamHandler {
 public:
  // Hands `head` to `grpc` at once. Messages of the response that are larger than
  // `max_message_bytes` end the call with RESOURCE_EXHAUSTED.
  GrpcCall(EventLoop* loop, StreamAcceptor* grpc, const Headers& head,
           const StreamAcceptor::Peer& peer, uint32_t max_message_bytes, GrpcCallEvents* events);
  ~GrpcCall() override;

  // Queues a message of the request; returns the bytes that OnCallSent will tell of.
  size_t Send(absl::string_view message);
  void EndRequest();
  void Consume(size_t bytes);

 private:
  void OnHeaders(Headers headers, bool end) override;
  void OnData(absl::string_view data, bool end) override;
  void OnTrailers(Headers trailers) override;
  void OnSent(size_t bytes) override;
  void OnClosed(StreamEnd end, uint32_t error) override;

  absl::Status TakeMessages(absl::string_view data, const bool* destroyed);
  void Finish(const absl::Status& status, const Headers& trailers);

  GrpcCallEvents& events_;
  std::unique_ptr<HttpStream> stream_;  // Null once the call is over.
  GrpcFramer framer_;
  std::string message_;        // What has come of the current one.
  bool* destroyed_ = nullptr;  // Set by the destructor, for a callback that is under way.
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_GRPC_CALL_H_
