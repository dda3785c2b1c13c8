#ifndef SERIN_SERVER_PROXY_JSON_UNARY_CALL_H_
#define SERIN_SERVER_PROXY_JSON_UNARY_CALL_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/proxy/json/grpc_call.h"

namespace serin {

// A gRPC call with one message in each direction. Destroying it cancels it.
class UnaryCall final : private GrpcCallEvents {
 public:
  struct Result {
    absl::Status status;
    std::string message;  // Serialised; there is one if the status is OK.
    Headers head;         // Empty where the response was nothing but its end.
    Headers trailers;
  };
  // May destroy the call.
  using Done = std::function<void(Result)>;

  // Starts at once; `done` comes from the loop.
  UnaryCall(EventLoop* loop, StreamAcceptor* grpc, const Headers& head,
            const StreamAcceptor::Peer& peer, uint32_t max_message_bytes, absl::string_view message,
            Done done);

 private:
  void OnCallHead(const Headers& head) override;
  void OnCallMessage(std::string message) override;
  void OnCallRead(size_t bytes) override;
  void OnCallSent(size_t bytes) override;
  void OnCallDone(const absl::Status& status, const Headers& trailers) override;

  Done done_;
  Result result_;
  int messages_ = 0;
  GrpcCall call_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_UNARY_CALL_H_
