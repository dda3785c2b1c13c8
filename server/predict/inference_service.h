#ifndef SERIN_SERVER_PREDICT_INFERENCE_SERVICE_H_
#define SERIN_SERVER_PREDICT_INFERENCE_SERVICE_H_

#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "inference/grpc_service.grpc.pb.h"
#include "server/predict/called_version.h"
#include "server/predict/model_host.h"
#include "server/predict/served_calls.h"

namespace serin {

// The Open Inference Protocol at a predictor: answers for the versions that it has, to calls that
// the proxy has given a version, as PredictService does. Thread-safe.
class InferenceService final : public inference::GRPCInferenceService::CallbackService {
 public:
  // All outlive the service.
  InferenceService(ModelHost* host, IdGenerator* ids, const Clock* clock,
                   const ServedCalls* served = nullptr)
      : host_(*host), ids_(ids), clock_(*clock), served_(served) {}

  grpc::ServerUnaryReactor* ServerLive(grpc::CallbackServerContext* context,
                                       const inference::ServerLiveRequest* request,
                                       inference::ServerLiveResponse* response) override;
  grpc::ServerUnaryReactor* ServerReady(grpc::CallbackServerContext* context,
                                        const inference::ServerReadyRequest* request,
                                        inference::ServerReadyResponse* response) override;
  grpc::ServerUnaryReactor* ServerMetadata(grpc::CallbackServerContext* context,
                                           const inference::ServerMetadataRequest* request,
                                           inference::ServerMetadataResponse* response) override;
  grpc::ServerUnaryReactor* ModelReady(grpc::CallbackServerContext* context,
                                       const inference::ModelReadyRequest* request,
                                       inference::ModelReadyResponse* response) override;
  grpc::ServerUnaryReactor* ModelMetadata(grpc::CallbackServerContext* context,
                                          const inference::ModelMetadataRequest* request,
                                          inference::ModelMetadataResponse* response) override;
  grpc::ServerUnaryReactor* ModelConfig(grpc::CallbackServerContext* context,
                                        const inference::ModelConfigRequest* request,
                                        inference::ModelConfigResponse* response) override;
  grpc::ServerUnaryReactor* ModelStatistics(grpc::CallbackServerContext* context,
                                            const inference::ModelStatisticsRequest* request,
                                            inference::ModelStatisticsResponse* response) override;
  grpc::ServerUnaryReactor* RepositoryIndex(grpc::CallbackServerContext* context,
                                            const inference::RepositoryIndexRequest* request,
                                            inference::RepositoryIndexResponse* response) override;
  grpc::ServerUnaryReactor* ModelInfer(grpc::CallbackServerContext* context,
                                       const inference::ModelInferRequest* request,
                                       inference::ModelInferResponse* response) override;
  grpc::ServerBidiReactor<inference::ModelInferRequest, inference::ModelStreamInferResponse>*
  ModelStreamInfer(grpc::CallbackServerContext* context) override;

  // Inferences that are under way.
  int64_t in_flight() const { return in_flight_; }

 private:
  class StreamSession;

  // The version that a call is about, loaded.
  struct Called {
    CalledVersion name;
    std::shared_ptr<const LoadedModel> model;
  };

  // Answers a call with what `answer` makes of the version that it is about, once that is loaded:
  // a function from const Called& to absl::StatusOr<Response>.
  template <typename Response, typename AnswerFn>
  grpc::ServerUnaryReactor* AnswerLoaded(grpc::CallbackServerContext* context,
                                         const ModelQuery& query, Response* response,
                                         AnswerFn answer);
  absl::StatusOr<inference::ModelReadyResponse> CheckReady(
      const grpc::CallbackServerContext& context,
      const inference::ModelReadyRequest& request) const;
  inference::ModelMetadataResponse Describe(const Called& called) const;
  absl::StatusOr<inference::ModelStatisticsResponse> ReadAllStatistics(
      const grpc::CallbackServerContext& context) const;
  absl::StatusOr<inference::RepositoryIndexResponse> Index(
      const grpc::CallbackServerContext& context,
      const inference::RepositoryIndexRequest& request) const;
  // Answers and counts.
  absl::StatusOr<inference::ModelInferResponse> Answer(const grpc::CallbackServerContext& context,
                                                       const Called& called,
                                                       const inference::ModelInferRequest& request);
  absl::StatusOr<inference::ModelInferResponse> Infer(const grpc::CallbackServerContext& context,
                                                      const Called& called,
                                                      const inference::ModelInferRequest& request);

  ModelHost& host_;
  IdGenerator* const ids_;
  const Clock& clock_;
  const ServedCalls* const served_;
  std::atomic<int64_t> in_flight_ = 0;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_INFERENCE_SERVICE_H_
