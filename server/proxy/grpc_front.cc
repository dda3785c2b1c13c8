#include "server/proxy/grpc_front.h"

#include <utility>

namespace serin {
namespace {

constexpr uint32_t kNoError = 0;

}  // namespace

void GrpcFront::OnRequest(std::unique_ptr<HttpStream> stream, Headers head, bool end,
                          const Peer& peer) {
  if (head.Get(":method") != "POST") {
    stream->SendHeaders({{":status", "405"}, {"allow", "POST"}}, /*end=*/true);
    return stream->Reset(kNoError);  // Whatever of the request is still to come.
  }
  calls_.emplace_front(services_, static_cast<CallOwner*>(this), std::move(stream), std::move(head),
                       peer);
  calls_.front().Start(calls_.begin(), end, refusal_);
}

void GrpcFront::OnStalled(const Endpoint* endpoint) {
  for (auto it = calls_.begin(); it != calls_.end();) {
    ProxyCall& call = *it;
    ++it;  // Before the call is gone.
    call.OnStalled(endpoint);
  }
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
