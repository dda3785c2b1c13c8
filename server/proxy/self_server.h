#ifndef SERIN_SERVER_PROXY_SELF_SERVER_H_
#define SERIN_SERVER_PROXY_SELF_SERVER_H_

#include <grpcpp/server.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "server/proxy/health_service.h"
#include "server/proxy/inference_readiness.h"
#include "server/proxy/reflection_index.h"
#include "server/proxy/reflection_service.h"
#include "server/proxy/route_table.h"
#include "server/rpc/socket_path.h"

namespace serin {

// The services that the proxy answers itself, health and reflection and what the Open Inference
// Protocol has of the former: a gRPC server on a Unix socket, which the data plane forwards to as
// to any other upstream.
class SelfServer {
 public:
  // `routes` outlives it.
  explicit SelfServer(const RouteTable& routes);
  ~SelfServer();

  // UNAVAILABLE where there is no place for the socket.
  absl::Status Start();

  // Once started.
  std::string target() const { return socket_->target(); }

  HealthService& health() { return health_; }

 private:
  const ReflectionIndex index_;
  HealthService health_;
  InferenceReadiness readiness_{&health_};
  ReflectionServiceV1 reflection_;
  ReflectionServiceV1Alpha reflection_alpha_;
  std::unique_ptr<SocketPath> socket_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_SELF_SERVER_H_
