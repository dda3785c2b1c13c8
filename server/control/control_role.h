#ifndef SERIN_SERVER_CONTROL_CONTROL_ROLE_H_
#define SERIN_SERVER_CONTROL_CONTROL_ROLE_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "core/base/clock.h"
#include "core/base/ids.h"
#include "core/storage/store.h"
#include "server/control/launcher.h"
#include "server/control/options.h"

namespace grpc {
class Channel;
class Service;
}  // namespace grpc
namespace prometheus {
class Registry;
}

namespace serin {

class BatchPredictService;

// The control role: jobs and their workers, schedules, the model registry, and what proxies and
// predictors are told. Its life: Recover; services() on a server that begins to listen; Start; ...;
// Drain; the server's Shutdown; destructor.
class ControlRole {
 public:
  // All pointers must outlive the role. `dataset` leads to the dataset role.
  ControlRole(Store* store, const Clock* clock, IdGenerator* ids, prometheus::Registry* registry,
              const std::shared_ptr<grpc::Channel>& dataset, WorkerLauncher* launcher,
              ControlOptions options = {});
  ~ControlRole();

  // Reads what is on disk; jobs that were running when the server died are queued again. The error
  // is the store's. Call before anything else.
  absl::Status Recover();

  // TrainService, ModelService, ClusterService and WorkerService. They live as long as the role.
  std::vector<grpc::Service*> services();

  // What it answers of PredictService, which is a predictor's otherwise: apart from services(), as
  // a server can have either. Lives as long as the role.
  BatchPredictService* batch_predict_service();

  // Begins to run jobs. Call once the server listens, as workers call back.
  void Start();

  // Ends workers (their jobs resume after the next Recover) and all streams, so that the server's
  // Shutdown finds nothing to wait for. Mutations are still acknowledged, without waiting for
  // members. Call before the server's Shutdown; a second call does nothing.
  void Drain();

 private:
  struct Parts;
  const std::unique_ptr<Parts> parts_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_CONTROL_ROLE_H_
