#ifndef SERIN_SERVER_PREDICT_PREDICT_SERVICE_H_
#define SERIN_SERVER_PREDICT_PREDICT_SERVICE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "core/base/ids.h"
#include "serin/v1/predict_service.grpc.pb.h"
#include "server/predict/explain_calls.h"
#include "server/predict/in_flight.h"
#include "server/predict/log_calls.h"
#include "server/predict/model_host.h"
#include "server/predict/predict_messages.h"
#include "server/predict/served_calls.h"

namespace serin {

// What answers BatchPredict.
using BatchPredictHandler = std::function<grpc::ServerUnaryReactor*(
    grpc::CallbackServerContext*, const v1::BatchPredictRequest*, v1::Job*)>;

// Answers calls that the proxy has given a version (kVersionKey, server/rpc/call.h). Thread-safe.
class PredictService final : public v1::PredictService::CallbackService {
 public:
  // All outlive the service. Without `served` nothing is kept of calls, without `log_calls` the
  // log's own are UNIMPLEMENTED.
  PredictService(const ModelHost* host, IdGenerator* ids, const ServedCalls* served = nullptr,
                 const LogCalls* log_calls = nullptr)
      : host_(host), ids_(ids), served_(served), log_calls_(log_calls), explanations_(host, ids) {
    SetMessageAllocatorFor_Predict(&messages_);
  }

  grpc::ServerUnaryReactor* Predict(grpc::CallbackServerContext* context,
                                    const v1::PredictRequest* request,
                                    v1::PredictResponse* response) override;
  grpc::ServerBidiReactor<v1::PredictRequest, v1::PredictResponse>* PredictStream(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* Explain(grpc::CallbackServerContext* context,
                                    const v1::ExplainRequest* request,
                                    v1::ExplainResponse* response) override {
    return explanations_.Start(context, request, response);
  }

  // UNIMPLEMENTED unless SetBatchPredict was called.
  grpc::ServerUnaryReactor* BatchPredict(grpc::CallbackServerContext* context,
                                         const v1::BatchPredictRequest* request,
                                         v1::Job* response) override;
  // Where control is in the same server, which can have the service only once. Call before it
  // listens; what the handler needs outlives the server.
  void SetBatchPredict(BatchPredictHandler handler) { batch_predict_ = std::move(handler); }

  grpc::ServerReadReactor<v1::RecordFeedbackRequest>* RecordFeedback(
      grpc::CallbackServerContext* context, v1::RecordFeedbackResponse* response) override;
  grpc::ServerWriteReactor<v1::ListPredictionsResponse>* ListPredictions(
      grpc::CallbackServerContext* context, const v1::ListPredictionsRequest* request) override;

  // Calls that are being answered.
  int64_t in_flight() const { return in_flight_; }

 private:
  class StreamSession;

  absl::Status Handle(const grpc::CallbackServerContext& context, const v1::PredictRequest& request,
                      CallScratch* scratch, v1::PredictResponse* response);
  // The version that is to answer.
  absl::StatusOr<std::shared_ptr<const LoadedModel>> FindModel(
      const grpc::CallbackServerContext& context, const v1::PredictRequest& request) const;
  // Answers and counts.
  absl::Status Answer(const grpc::CallbackServerContext& context, const LoadedModel& model,
                      const v1::PredictRequest& request, CallScratch* scratch,
                      v1::PredictResponse* response);
  absl::Status Score(const grpc::CallbackServerContext& context, const LoadedModel& model,
                     const v1::PredictRequest& request, CallScratch* scratch,
                     v1::PredictResponse* response);

  const ModelHost* const host_;
  IdGenerator* const ids_;
  const ServedCalls* const served_;
  const LogCalls* const log_calls_;
  PredictMessages messages_;
  std::atomic<int64_t> in_flight_ = 0;
  ExplainCalls explanations_;
  BatchPredictHandler batch_predict_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_PREDICT_SERVICE_H_
