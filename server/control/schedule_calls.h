#ifndef SERIN_SERVER_CONTROL_SCHEDULE_CALLS_H_
#define SERIN_SERVER_CONTROL_SCHEDULE_CALLS_H_

#include <functional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/base/clock.h"
#include "serin/v1/train_service.pb.h"
#include "server/control/dataset_reader.h"
#include "server/control/job_store.h"
#include "server/control/schedule_runs.h"
#include "server/control/schedule_store.h"

namespace serin {

// What TrainService answers about schedules, free of grpc++. Create, Update and Run may wait for
// the dataset role. Thread-safe. The errors are those that train_service.proto names.
class ScheduleCalls {
 public:
  // `on_job` is called after each job that was made. The pointers must outlive the object.
  ScheduleCalls(const Clock* clock, ScheduleStore* schedules, JobStore* jobs,
                const ScheduleRuns* runs, DatasetReader* datasets, std::function<void()> on_job)
      : clock_(clock),
        schedules_(schedules),
        jobs_(jobs),
        runs_(runs),
        datasets_(datasets),
        on_job_(std::move(on_job)) {}

  absl::StatusOr<v1::Schedule> Create(const std::string& project,
                                      const v1::CreateScheduleRequest& request) const;
  absl::StatusOr<v1::Schedule> Get(const std::string& project,
                                   const v1::GetScheduleRequest& request) const;
  absl::StatusOr<v1::ListSchedulesResponse> List(const std::string& project,
                                                 const v1::ListSchedulesRequest& request) const;
  absl::StatusOr<v1::Schedule> Update(const std::string& project,
                                      const v1::UpdateScheduleRequest& request) const;
  absl::StatusOr<v1::Schedule> Pause(const std::string& project,
                                     const v1::PauseScheduleRequest& request) const;
  absl::StatusOr<v1::Schedule> Resume(const std::string& project,
                                      const v1::ResumeScheduleRequest& request) const;
  absl::StatusOr<v1::Job> Run(const std::string& project,
                              const v1::RunScheduleRequest& request) const;
  absl::Status Delete(const std::string& project, const v1::DeleteScheduleRequest& request) const;

 private:
  // Changes the schedule, again where it has changed meanwhile.
  using ChangeFn = absl::FunctionRef<absl::Status(internal::v1::ScheduleRecord* record)>;
  absl::StatusOr<v1::Schedule> Change(const ScheduleId& id, ChangeFn change) const;
  // Of a NewVersionTrigger: the newest version that there is, which gets no run; else 0.
  absl::StatusOr<int32_t> FirstSeen(const std::string& project, const v1::Schedule& schedule) const;
  absl::StatusOr<v1::Job> RunNow(const ScheduleId& id, const SchedulePtr& seen,
                                 const std::string& request_id) const;
  // As it is shown.
  v1::Schedule Show(const SchedulePtr& record) const;

  const Clock* const clock_;
  ScheduleStore* const schedules_;
  JobStore* const jobs_;
  const ScheduleRuns* const runs_;
  DatasetReader* const datasets_;
  const std::function<void()> on_job_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_SCHEDULE_CALLS_H_
