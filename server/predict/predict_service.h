#ifndef SERIN_SERVER_PREDICT_PREDICT_SERVICE_H_
#define SERIN_SERVER_PREDICT_PREDICT_SERVICE_H_

#include <grpcpp/support/byte_buffer.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "core/base/ids.h"
#include "serin/v1/predict_service.grpc.pb.h"
#include "server/predict/call_memory.h"
#include "server/predict/called_version.h"
#include "server/predict/explain_calls.h"
#include "server/predict/in_flight.h"
#include "server/predict/log_calls.h"
#include "server/predict/model_host.h"
#include "server/predict/served_calls.h"

namespace serin {

// What answers BatchPredict.
using BatchPredictHandler = std::function<grpc::ServerUnaryReactor*(
    grpc::CallbackServerContext*, const v1::BatchPredictRequest*, v1::Job*)>;

// PredictService with callbacks, where Predict gets and gives bytes: what it spends on messages
// would be more than what it spends on predicting.
using PredictServiceBase = v1::PredictService::WithRawCallbackMethod_Predict<
    v1::PredictService::WithCallbackMethod_PredictStream<
        v1::PredictService::WithCallbackMethod_Explain<
            v1::PredictService::WithCallbackMethod_BatchPredict<
                v1::PredictService::WithCallbackMethod_RecordFeedback<
                    v1::PredictService::WithCallbackMethod_ListPredictions<
                        v1::PredictService::Service>>>>>>;

// Answers calls that the proxy has given a version (kVersionKey, server/rpc/call.h). Thread-safe.
class PredictService final : public PredictServiceBase {
 public:
  // All outlive the service. Without `served` nothing is kept of calls, without `log_calls` the
  // log's own are UNIMPLEMENTED.
  PredictService(ModelHost* host, IdGenerator* ids, const ServedCalls* served = nullptr,
                 const LogCalls* log_calls = nullptr)
      : host_(host), ids_(ids), served_(served), log_calls_(log_calls), explanations_(host, ids) {}

  grpc::ServerUnaryReactor* Predict(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override;
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

  // What fills in the rows of a call, which has the features given.
  using Decode = absl::FunctionRef<absl::Status(const FeatureIndex& features, Table* rows)>;

  // What has the version for a call whose message names this model.
  using FindFn = absl::FunctionRef<absl::StatusOr<std::shared_ptr<const LoadedModel>>(
      absl::string_view named)>;

  absl::Status Handle(const grpc::CallbackServerContext& context, const grpc::ByteBuffer& request,
                      FindFn find, grpc::ByteBuffer* response);
  // Of a call whose version is not in memory.
  grpc::ServerUnaryReactor* PredictLater(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response);
  absl::StatusOr<CalledVersion> CalledBy(const grpc::CallbackServerContext& context,
                                         const grpc::ByteBuffer& request);
  // The version that is to answer a call whose message names this model.
  absl::StatusOr<std::shared_ptr<const LoadedModel>> FindModel(
      const grpc::CallbackServerContext& context, absl::string_view named) const;
  // Predicts, counts, and keeps what is kept of calls. `key`: the message's.
  absl::Status PredictRows(const grpc::CallbackServerContext& context, const LoadedModel& model,
                           absl::string_view key, Decode decode, CallScratch* scratch);

  ModelHost* const host_;
  IdGenerator* const ids_;
  const ServedCalls* const served_;
  const LogCalls* const log_calls_;
  CallMemoryPool memory_;
  std::atomic<int64_t> in_flight_ = 0;
  ExplainCalls explanations_;
  BatchPredictHandler batch_predict_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_PREDICT_SERVICE_H_
