#ifndef SERIN_SERVER_PREDICT_EXPLAIN_CALLS_H_
#define SERIN_SERVER_PREDICT_EXPLAIN_CALLS_H_

#include <grpcpp/support/server_callback.h>

#include <atomic>

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
  ExplainCalls(const ModelHost* host, IdGenerator* ids) : host_(host), ids_(ids) {}

  // As the handler of the RPC. A caller that has gone, or whose deadline has passed, is not worked
  // for any more.
  grpc::ServerUnaryReactor* Start(grpc::CallbackServerContext* context,
                                  const v1::ExplainRequest* request, v1::ExplainResponse* response);

 private:
  absl::StatusOr<v1::ExplainResponse> Answer(const grpc::CallbackServerContext& context,
                                             const v1::ExplainRequest& request) const;

  const ModelHost* const host_;
  IdGenerator* const ids_;
  std::atomic<int> waiting_ = 0;
  TaskThread thread_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_EXPLAIN_CALLS_H_
