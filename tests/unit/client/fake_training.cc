#include "absl/strings/str_cat.h"
#include "tests/unit/client/fake_server.h"

// FakeServer: jobs but for Train and WatchJob, and schedules.

namespace serin {
namespace {

v1::Schedule NightlySchedule() {
  return ParseText<v1::Schedule>(R"pb(
    name: "schedules/nightly"
    model: "models/iris"
    spec { dataset: "iris" target: "species" algorithm: "auto" }
    cron { expression: "0 3 * * *" time_zone: "Europe/Berlin" }
    promotion { rule: RULE_CANDIDATE_IF_BETTER metric: METRIC_ROC_AUC }
    next_run_time { seconds: 1795312800 }
    runs {
      due_time { seconds: 1795226400 }
      outcome: OUTCOME_FAILED
      error { code: 5 message: "datasets/iris does not exist" }
    }
    runs {
      due_time { seconds: 1795140000 }
      outcome: OUTCOME_STARTED
      job: "jobs/j1"
    }
  )pb");
}

}  // namespace

v1::CancelJobRequest FakeServer::cancel_request() const {
  absl::MutexLock lock(&mutex_);
  return cancel_request_;
}

v1::ListJobsRequest FakeServer::list_jobs_request() const {
  absl::MutexLock lock(&mutex_);
  return list_jobs_request_;
}

v1::CreateScheduleRequest FakeServer::create_schedule_request() const {
  absl::MutexLock lock(&mutex_);
  return create_schedule_request_;
}

v1::UpdateScheduleRequest FakeServer::update_schedule_request() const {
  absl::MutexLock lock(&mutex_);
  return update_schedule_request_;
}

std::string FakeServer::schedule_call() const {
  absl::MutexLock lock(&mutex_);
  return schedule_call_;
}

grpc::Status FakeServer::BeginOf(Context* context, const std::string& method,
                                 const std::string& schedule) {
  if (grpc::Status error = Begin(context, method); !error.ok()) return error;
  absl::MutexLock lock(&mutex_);
  schedule_call_ = absl::StrCat(method, " ", schedule);
  return grpc::Status::OK;
}

grpc::Status FakeServer::CancelJob(Context* context, const v1::CancelJobRequest* request,
                                   v1::Job* response) {
  if (grpc::Status error = Begin(context, "CancelJob"); !error.ok()) return error;
  absl::MutexLock lock(&mutex_);
  cancel_request_ = *request;
  *response = JobIn(v1::JOB_STATE_CANCELLED);
  return grpc::Status::OK;
}

grpc::Status FakeServer::ListJobs(Context* context, const v1::ListJobsRequest* request,
                                  v1::ListJobsResponse* response) {
  if (grpc::Status error = Begin(context, "ListJobs"); !error.ok()) return error;
  absl::MutexLock lock(&mutex_);
  list_jobs_request_ = *request;
  *response->add_jobs() = JobIn(v1::JOB_STATE_RUNNING);
  return grpc::Status::OK;
}

grpc::Status FakeServer::ResolveTraining(Context* context,
                                         const v1::ResolveTrainingRequest* request,
                                         v1::ResolveTrainingResponse* response) {
  if (grpc::Status error = Begin(context, "ResolveTraining"); !error.ok()) return error;
  *response->mutable_spec() = request->spec();
  *response->mutable_spec()->add_preprocessing() = ParseText<v1::Preprocessing>(R"pb(
    column: "petal_length"
    encoding: ENCODING_STANDARDISED
    missing: MISSING_CONSTANT
    fill: 1.5
    clip: true
  )pb");
  return grpc::Status::OK;
}

grpc::Status FakeServer::VerifyModelVersion(Context* context, const v1::VerifyModelVersionRequest*,
                                            v1::Job* response) {
  if (grpc::Status error = Begin(context, "VerifyModelVersion"); !error.ok()) return error;
  *response = JobIn(v1::JOB_STATE_QUEUED);
  return grpc::Status::OK;
}

grpc::Status FakeServer::CreateSchedule(Context* context, const v1::CreateScheduleRequest* request,
                                        v1::Schedule* response) {
  if (grpc::Status error = Begin(context, "CreateSchedule"); !error.ok()) return error;
  absl::MutexLock lock(&mutex_);
  create_schedule_request_ = *request;
  *response = request->schedule();
  response->set_name(absl::StrCat("schedules/", request->schedule_id()));
  return grpc::Status::OK;
}

grpc::Status FakeServer::GetSchedule(Context* context, const v1::GetScheduleRequest* request,
                                     v1::Schedule* response) {
  if (grpc::Status error = BeginOf(context, "GetSchedule", request->name()); !error.ok()) {
    return error;
  }
  *response = NightlySchedule();
  return grpc::Status::OK;
}

grpc::Status FakeServer::ListSchedules(Context* context, const v1::ListSchedulesRequest*,
                                       v1::ListSchedulesResponse* response) {
  if (grpc::Status error = Begin(context, "ListSchedules"); !error.ok()) return error;
  *response->add_schedules() = NightlySchedule();
  return grpc::Status::OK;
}

grpc::Status FakeServer::UpdateSchedule(Context* context, const v1::UpdateScheduleRequest* request,
                                        v1::Schedule* response) {
  if (grpc::Status error = Begin(context, "UpdateSchedule"); !error.ok()) return error;
  absl::MutexLock lock(&mutex_);
  update_schedule_request_ = *request;
  *response = request->schedule();
  return grpc::Status::OK;
}

grpc::Status FakeServer::PauseSchedule(Context* context, const v1::PauseScheduleRequest* request,
                                       v1::Schedule* response) {
  if (grpc::Status error = BeginOf(context, "PauseSchedule", request->name()); !error.ok()) {
    return error;
  }
  *response = NightlySchedule();
  response->set_paused(true);
  return grpc::Status::OK;
}

grpc::Status FakeServer::ResumeSchedule(Context* context, const v1::ResumeScheduleRequest* request,
                                        v1::Schedule* response) {
  if (grpc::Status error = BeginOf(context, "ResumeSchedule", request->name()); !error.ok()) {
    return error;
  }
  *response = NightlySchedule();
  return grpc::Status::OK;
}

grpc::Status FakeServer::RunSchedule(Context* context, const v1::RunScheduleRequest* request,
                                     v1::Job* response) {
  if (grpc::Status error = BeginOf(context, "RunSchedule", request->name()); !error.ok()) {
    return error;
  }
  *response = JobIn(v1::JOB_STATE_QUEUED);
  return grpc::Status::OK;
}

grpc::Status FakeServer::DeleteSchedule(Context* context, const v1::DeleteScheduleRequest* request,
                                        google::protobuf::Empty*) {
  return BeginOf(context, "DeleteSchedule", request->name());
}

}  // namespace serin
