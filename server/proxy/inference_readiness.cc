#include "server/proxy/inference_readiness.h"

#include "server/rpc/call.h"

namespace serin {

grpc::ServerUnaryReactor* InferenceReadiness::ServerLive(grpc::CallbackServerContext* context,
                                                         const inference::ServerLiveRequest*,
                                                         inference::ServerLiveResponse* response) {
  response->set_live(true);
  return Finish(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* InferenceReadiness::ServerReady(
    grpc::CallbackServerContext* context, const inference::ServerReadyRequest*,
    inference::ServerReadyResponse* response) {
  response->set_ready(health_.serving());
  return Finish(context, absl::OkStatus());
}

}  // namespace serin
