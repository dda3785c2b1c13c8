#ifndef SERIN_SERVER_PROXY_INFERENCE_READINESS_H_
#define SERIN_SERVER_PROXY_INFERENCE_READINESS_H_

#include "inference/grpc_service.grpc.pb.h"
#include "server/proxy/health_service.h"

namespace serin {

// ServerLive and ServerReady of the Open Inference Protocol: a server lives if it answers, and is
// ready when its proxy knows where to send calls. The rest of the protocol is the predictors'.
// Thread-safe.
class InferenceReadiness final : public inference::GRPCInferenceService::CallbackService {
 public:
  // `health` outlives the service.
  explicit InferenceReadiness(HealthService* health) : health_(*health) {}

  grpc::ServerUnaryReactor* ServerLive(grpc::CallbackServerContext* context,
                                       const inference::ServerLiveRequest* request,
                                       inference::ServerLiveResponse* response) override;
  grpc::ServerUnaryReactor* ServerReady(grpc::CallbackServerContext* context,
                                        const inference::ServerReadyRequest* request,
                                        inference::ServerReadyResponse* response) override;

 private:
  HealthService& health_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_INFERENCE_READINESS_H_
