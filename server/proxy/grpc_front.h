#ifndef SERIN_SERVER_PROXY_GRPC_FRONT_H_
#define SERIN_SERVER_PROXY_GRPC_FRONT_H_

#include <functional>
#include <list>
#include <memory>

#include "server/http/acceptor.h"
#include "server/proxy/proxy_call.h"

namespace serin {

// Where requests come in on one loop: those of gRPC become calls, others go to `other`. Belongs to
// its loop.
class GrpcFront final : public StreamAcceptor, private CallOwner {
 public:
  // What it is given outlives it. `other`: null where there is no other front; requests are then
  // answered with 415.
  GrpcFront(const CallServices* services, StreamAcceptor* other);

  void OnRequest(std::unique_ptr<HttpStream> stream, Headers head, bool end,
                 const Peer& peer) override;

  size_t calls() const { return calls_.size(); }

  // From now on calls are refused with this error, but for those of the proxy's own services.
  void Refuse(const absl::Status& error) { refusal_ = error; }

  // Ends every call with this error.
  void AbortAll(const absl::Status& error);

 private:
  void OnCallEnded(ProxyCall* call) override;

  const CallServices* const services_;
  StreamAcceptor* const other_;
  absl::Status refusal_;
  std::list<ProxyCall> calls_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_GRPC_FRONT_H_
