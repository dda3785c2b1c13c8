#ifndef SERIN_SERVER_PREDICT_EXPLAIN_CALLS_H_
#define SERIN_SERVER_PREDICT_EXPLAIN_CALLS_H_

#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <memory>

#include "absl/status/statusor.h"
#include "core/base/ids.h"
#include "serin/v1/predict_service.pb.h"
#include "server/predict/model_host.h"
#include "server/rpc/task_thread.h"

namespace serin {

// Answers PredictService.Explain. An explanation takes thousands of times as long as a prediction,
// so all of them take turns on one thread, and predictions never wait for one. Thread-safe.
class ExplainCalls {
 public:
  // Calls that may wait for their turn; those beyond are told to come again.
  static constexpr int kMaxWaiting = 32;

  // Both outlive this.
  ExplainCalls(ModelHost* host, IdGenerator* ids) : host_(host), ids_(ids) {}

  // As the handler of the RPC. A caller that has gone, or whose deadline has passed, is not worked
  // for any more.
  grpc::ServerUnaryReactor* Start(grpc::CallbackServerContext* context,
                                  const v1::ExplainRequest* request, v1::ExplainResponse* response);

 private:
  // The call's turn comes later; then it is answered.
  void Enqueue(const grpc::CallbackServerContext* context, const v1::ExplainRequest* request,
               v1::ExplainResponse* response, grpc::ServerUnaryReactor* reactor,
               absl::StatusOr<std::shared_ptr<const LoadedModel>> model);
  absl::StatusOr<v1::ExplainResponse> Answer(const grpc::CallbackServerContext& context,
                                             const LoadedModel& model,
                                             const v1::ExplainRequest& request) const;

  ModelHost* const host_;
  IdGenerator* const ids_;
  std::atomic<int> waiting_ = 0;
  TaskThread thread_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_EXPLAIN_CALLS_H_
