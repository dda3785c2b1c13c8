#ifndef SERIN_SERVER_CONTROL_TRAIN_SERVICE_H_
#define SERIN_SERVER_CONTROL_TRAIN_SERVICE_H_

#include <atomic>
#include <string>

#include "absl/status/statusor.h"
#include "core/storage/store.h"
#include "serin/v1/train_service.grpc.pb.h"
#include "server/control/job_scheduler.h"
#include "server/control/job_store.h"
#include "server/control/model_registry.h"
#include "server/control/remote_datasets.h"
#include "server/control/schedule_calls.h"
#include "server/rpc/task_thread.h"

namespace serin {

// The public service of that name.
class TrainService final : public v1::TrainService::CallbackService {
 public:
  // The pointers must outlive the service.
  TrainService(JobStore* jobs, JobScheduler* scheduler, RemoteDatasets* datasets,
               const StoreReader* store, const ModelRegistry* registry,
               const ScheduleCalls* schedules)
      : jobs_(jobs),
        scheduler_(scheduler),
        datasets_(datasets),
        store_(store),
        registry_(registry),
        schedules_(schedules) {}

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

  grpc::ServerUnaryReactor* CancelJob(grpc::CallbackServerContext* context,
                                      const v1::CancelJobRequest* request,
                                      v1::Job* response) override;
  grpc::ServerUnaryReactor* ResolveTraining(grpc::CallbackServerContext* context,
                                            const v1::ResolveTrainingRequest* request,
                                            v1::ResolveTrainingResponse* response) override;

  grpc::ServerUnaryReactor* VerifyModelVersion(grpc::CallbackServerContext* context,
                                               const v1::VerifyModelVersionRequest* request,
                                               v1::Job* response) override;
  grpc::ServerUnaryReactor* CreateSchedule(grpc::CallbackServerContext* context,
                                           const v1::CreateScheduleRequest* request,
                                           v1::Schedule* response) override;
  grpc::ServerUnaryReactor* GetSchedule(grpc::CallbackServerContext* context,
                                        const v1::GetScheduleRequest* request,
                                        v1::Schedule* response) override;
  grpc::ServerUnaryReactor* ListSchedules(grpc::CallbackServerContext* context,
                                          const v1::ListSchedulesRequest* request,
                                          v1::ListSchedulesResponse* response) override;
  grpc::ServerUnaryReactor* UpdateSchedule(grpc::CallbackServerContext* context,
                                           const v1::UpdateScheduleRequest* request,
                                           v1::Schedule* response) override;
  grpc::ServerUnaryReactor* PauseSchedule(grpc::CallbackServerContext* context,
                                          const v1::PauseScheduleRequest* request,
                                          v1::Schedule* response) override;
  grpc::ServerUnaryReactor* ResumeSchedule(grpc::CallbackServerContext* context,
                                           const v1::ResumeScheduleRequest* request,
                                           v1::Schedule* response) override;
  grpc::ServerUnaryReactor* RunSchedule(grpc::CallbackServerContext* context,
                                        const v1::RunScheduleRequest* request,
                                        v1::Job* response) override;
  grpc::ServerUnaryReactor* DeleteSchedule(grpc::CallbackServerContext* context,
                                           const v1::DeleteScheduleRequest* request,
                                           google::protobuf::Empty* response) override;

  // Ends the streams of WatchJob, those that come later too.
  void Drain();

 private:
  absl::StatusOr<v1::Job> Accept(const std::string& project, const v1::TrainRequest& request,
                                 const absl::StatusOr<v1::DatasetVersion>& dataset) const;
  absl::StatusOr<v1::Job> AcceptVerification(
      const std::string& project, const v1::ModelVersion& version,
      const v1::VerifyModelVersionRequest& request,
      const absl::StatusOr<v1::DatasetVersion>& dataset) const;

  template <typename Response, typename Handle>
  grpc::ServerUnaryReactor* Later(grpc::CallbackServerContext* context, Response* response,
                                  Handle handle);

  JobStore* const jobs_;
  JobScheduler* const scheduler_;
  RemoteDatasets* const datasets_;
  const StoreReader* const store_;
  const ModelRegistry* const registry_;
  const ScheduleCalls* const schedules_;
  std::atomic<bool> draining_ = false;
  // For calls that wait for the dataset role.
  TaskThread waiting_calls_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_TRAIN_SERVICE_H_
