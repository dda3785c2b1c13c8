#include "server/proxy/json/unary_call.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace serin {

UnaryCall::UnaryCall(EventLoop* loop, StreamAcceptor* grpc, const Headers& head,
                     const StreamAcceptor::Peer& peer, uint32_t max_message_bytes,
                     absl::string_view message, Done done)
    : done_(std::move(done)), call_(loop, grpc, head, peer, max_message_bytes, this) {
  call_.Send(message);
  call_.EndRequest();
}

void UnaryCall::OnCallHead(const Headers& head) { result_.head = head; }

void UnaryCall::OnCallMessage(std::string message) {
  ++messages_;
  result_.message = std::move(message);
}

void UnaryCall::OnCallRead(size_t bytes) { call_.Consume(bytes); }

void UnaryCall::OnCallSent(size_t) {}

void UnaryCall::OnCallDone(const absl::Status& status, const Headers& trailers) {
  Result result = std::move(result_);
  result.status = status;
  result.trailers = trailers;
  if (status.ok() && messages_ != 1) {
    result.status = absl::InternalError(
        absl::StrCat("the server answered with ", messages_, " messages instead of one"));
  }
  const Done done = std::move(done_);
  done(std::move(result));
}

}  // namespace serin
