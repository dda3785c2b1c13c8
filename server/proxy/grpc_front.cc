#include "server/proxy/grpc_front.h"

#include <utility>
#include <vector>

#include "server/http/grpc_wire.h"

namespace serin {
namespace {

constexpr uint32_t kNoError = 0;

// Answers a request that is not gRPC's and that nobody else takes.
void AnswerPlain(HttpStream* stream, absl::string_view status, absl::string_view field,
                 absl::string_view value) {
  stream->SendHeaders({{":status", status}, {field, value}}, /*end=*/true);
  stream->Reset(kNoError);  // Whatever of the request is still to come.
}

}  // namespace

GrpcFront::GrpcFront(const CallServices* services, StreamAcceptor* other)
    : services_(services), other_(other) {}

void GrpcFront::OnRequest(std::unique_ptr<HttpStream> stream, Headers head, bool end,
                          const Peer& peer) {
  if (!IsGrpcContentType(head.Get("content-type"))) {
    if (other_ != nullptr) return other_->OnRequest(std::move(stream), std::move(head), end, peer);
    return AnswerPlain(stream.get(), "415", "accept-post", kGrpcContentType);
  }
  if (head.Get(":method") != "POST") return AnswerPlain(stream.get(), "405", "allow", "POST");
  calls_.emplace_front(services_, static_cast<CallOwner*>(this), std::move(stream), std::move(head),
                       peer);
  calls_.front().Place(calls_.begin());
  calls_.front().Start(end, refusal_);
}

void GrpcFront::AbortAll(const absl::Status& error) {
  for (auto it = calls_.begin(); it != calls_.end();) {
    ProxyCall& call = *it;
    ++it;  // Before the call is gone.
    call.Abort(error);
  }
}

void GrpcFront::OnCallEnded(ProxyCall* call) { calls_.erase(call->place()); }

}  // namespace serin
