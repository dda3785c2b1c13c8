#ifndef SERIN_SERVER_CONTROL_TRAIN_SERVICE_H_
#define SERIN_SERVER_CONTROL_TRAIN_SERVICE_H_

#include <atomic>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serin/v1/dataset_service.grpc.pb.h"
#include "serin/v1/train_service.grpc.pb.h"
#include "server/control/job_scheduler.h"
#include "server/control/job_store.h"

namespace serin {

// The public service of that name.
class TrainService final : public v1::TrainService::CallbackService {
 public:
  // `dataset_timeout`: how long Train waits for the dataset role. The pointers must outlive the
  // service.
  TrainService(JobStore* jobs, JobScheduler* scheduler,
               const std::shared_ptr<grpc::ChannelInterface>& dataset,
               absl::Duration dataset_timeout);

  grpc::ServerUnaryReactor* ListAlgorithms(grpc::CallbackServerContext* context,
                                           const v1::ListAlgorithmsRequest* request,
                                           v1::ListAlgorithmsResponse* response) override;
  grpc::ServerUnaryReactor* Train(grpc::CallbackServerContext* context,
                                  const v1::TrainRequest* request, v1::Job* response) override;
  grpc::ServerUnaryReactor* GetJob(grpc::CallbackServerContext* context,
                                   const v1::GetJobRequest* request, v1::Job* response) override;
  grpc::ServerUnaryReactor* ListJobs(grpc::CallbackServerContext* context,
                                     const v1::ListJobsRequest* request,
                                     v1::ListJobsResponse* response) override;
  grpc::ServerWriteReactor<v1::Job>* WatchJob(grpc::CallbackServerContext* context,
                                              const v1::WatchJobRequest* request) override;

  // Ends the streams of WatchJob, those that come later too.
  void Drain();

 private:
  struct Training;

  // Checks what can be checked without the dataset.
  static absl::StatusOr<std::shared_ptr<Training>> Open(const grpc::CallbackServerContext& context,
                                                        const v1::TrainRequest& request);
  // Asks for the dataset's schema without holding a thread, then accepts the job.
  void LookUpDataset(std::shared_ptr<Training> training);
  absl::StatusOr<v1::Job> Accept(const Training& training) const;

  JobStore* const jobs_;
  JobScheduler* const scheduler_;
  const std::unique_ptr<v1::DatasetService::StubInterface> datasets_;
  const absl::Duration dataset_timeout_;
  std::atomic<bool> draining_ = false;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_TRAIN_SERVICE_H_
