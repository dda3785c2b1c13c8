#ifndef SERIN_SERVER_PREDICT_PREDICT_ROLE_H_
#define SERIN_SERVER_PREDICT_PREDICT_ROLE_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "core/base/clock.h"
#include "core/base/ids.h"

namespace grpc {
class CallbackServerContext;
class Channel;
class ServerUnaryReactor;
class Service;
}  // namespace grpc
namespace prometheus {
class Registry;
}

namespace serin {

namespace v1 {
class BatchPredictRequest;
class Job;
}  // namespace v1

// The predict role: keeps the model versions that the cluster wants in memory, and answers
// PredictService and the Open Inference Protocol. Needs `control` only to learn of changes, and
// `dataset` only for the prediction log.
class PredictRole {
 public:
  // `control` and `dataset` should come from ConnectToRole (server/cluster/channel.h); all else
  // outlives the role. `memory_bytes`: what all model versions in memory may take.
  PredictRole(std::shared_ptr<grpc::Channel> control, const std::shared_ptr<grpc::Channel>& dataset,
              prometheus::Registry* registry, const Clock* clock, IdGenerator* ids,
              size_t memory_bytes);
  // Leaves the cluster. The server that answers services() has to be shut down before.
  ~PredictRole();

  std::vector<grpc::Service*> services();

  // Where control is in the same server: what answers BatchPredict (PredictService). Call before
  // the server listens.
  void SetBatchPredict(std::function<grpc::ServerUnaryReactor*(
                           grpc::CallbackServerContext*, const v1::BatchPredictRequest*, v1::Job*)>
                           handler);

  // Joins the cluster. `address`: where others reach services(), as a gRPC target.
  void Start(const std::string& address);

  // Before the server is shut down: tells control, and waits until the proxies send nothing new
  // here, at most `timeout` and not at all while control is away; then takes what is left of the
  // prediction log to the dataset role, if that answers.
  void Leave(absl::Duration timeout);

  // True once the first state from control has been carried out.
  bool ready() const;

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_PREDICT_ROLE_H_
