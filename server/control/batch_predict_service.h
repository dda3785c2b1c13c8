#ifndef SERIN_SERVER_CONTROL_BATCH_PREDICT_SERVICE_H_
#define SERIN_SERVER_CONTROL_BATCH_PREDICT_SERVICE_H_

#include <string>

#include "absl/status/statusor.h"
#include "serin/v1/predict_service.grpc.pb.h"
#include "server/control/batch_predictions.h"
#include "server/control/job_scheduler.h"
#include "server/control/job_store.h"
#include "server/rpc/task_thread.h"

namespace serin {

// What control answers of PredictService: BatchPredict, which makes a job.
class BatchPredictService final : public v1::PredictService::CallbackService {
 public:
  // The pointers outlive the service.
  BatchPredictService(JobStore* jobs, JobScheduler* scheduler, const BatchPredictions* predictions)
      : jobs_(jobs), scheduler_(scheduler), predictions_(predictions) {}

  grpc::ServerUnaryReactor* BatchPredict(grpc::CallbackServerContext* context,
                                         const v1::BatchPredictRequest* request,
                                         v1::Job* response) override;

 private:
  absl::StatusOr<v1::Job> Accept(const std::string& project,
                                 const v1::BatchPredictRequest& request) const;

  JobStore* const jobs_;
  JobScheduler* const scheduler_;
  const BatchPredictions* const predictions_;
  // For calls that wait for the dataset role.
  TaskThread waiting_calls_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_BATCH_PREDICT_SERVICE_H_
