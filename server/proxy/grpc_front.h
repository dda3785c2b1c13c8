#ifndef SERIN_SERVER_PROXY_GRPC_FRONT_H_
#define SERIN_SERVER_PROXY_GRPC_FRONT_H_

#include <list>
#include <memory>

#include "absl/status/status.h"
#include "server/http/acceptor.h"
#include "server/proxy/proxy_call.h"

namespace serin {

// Where gRPC calls come in on one loop, from gRPC clients and from the JSON front, and where they
// are kept until they have ended. Belongs to its loop.
class GrpcFront final : public StreamAcceptor, private CallOwner {
 public:
  // `services` outlives it. Calls that run when it is destroyed are reset.
  explicit GrpcFront(const CallServices* services) : services_(services) {}

  // Requests of gRPC's content type.
  void OnRequest(std::unique_ptr<HttpStream> stream, Headers head, bool end,
                 const Peer& peer) override;

  size_t calls() const { return calls_.size(); }

  // From now on calls are refused with this error, but for those of the proxy's own services.
  void Refuse(const absl::Status& error) { refusal_ = error; }

  // An endpoint no longer answers: calls that wait for it and may be repeated go to another as
  // well.
  void OnStalled(const Endpoint* endpoint);

  // Ends every call with this error.
  void AbortAll(const absl::Status& error);

 private:
  void OnCallEnded(ProxyCall* call) override;

  const CallServices* const services_;
  absl::Status refusal_;
  std::list<ProxyCall> calls_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_GRPC_FRONT_H_
