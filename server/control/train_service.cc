#include "server/control/train_service.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/learn/algorithms.h"
#include "core/learn/spec.h"
#include "server/control/model_queries.h"
#include "server/control/request_id.h"
#include "server/control/schedule_fields.h"
#include "server/control/verification.h"
#include "server/control/watch_job.h"
#include "server/rpc/call.h"

namespace serin {
namespace {

absl::StatusOr<JobId> ParseJobId(const grpc::CallbackServerContext& context,
                                 const std::string& name) {
  SERIN_ASSIGN_OR_RETURN(std::string project, ProjectOf(context));
  SERIN_ASSIGN_OR_RETURN(std::string job, ParseJobName("name", name));
  return JobId{std::move(project), std::move(job)};
}

absl::StatusOr<v1::Job> FindJob(const JobStore& jobs, const grpc::CallbackServerContext& context,
                                const v1::GetJobRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const JobId id, ParseJobId(context, request.name()));
  return jobs.Get(id);
}

absl::StatusOr<v1::ListJobsResponse> FindJobs(const JobStore& jobs,
                                              const grpc::CallbackServerContext& context,
                                              const v1::ListJobsRequest& request) {
  SERIN_ASSIGN_OR_RETURN(const std::string project, ProjectOf(context));
  return jobs.List(project, request);
}

// What can be checked without the dataset.
absl::Status Validate(const v1::TrainRequest& request) {
  SERIN_RETURN_IF_ERROR(ParseModelName("model", request.model()).status());
  SERIN_RETURN_IF_ERROR(ParseDatasetRef("spec.dataset", request.spec().dataset()).status());
  SERIN_RETURN_IF_ERROR(ValidateRequestId(request.request_id()));
  return CheckPriority("priority", request.priority());
}

absl::Status Validate(const v1::VerifyModelVersionRequest& request) {
  SERIN_RETURN_IF_ERROR(ValidateRequestId(request.request_id()));
  return CheckPriority("priority", request.priority());
}

// The specification with the dataset's version and all defaults spelled out.
absl::StatusOr<v1::TrainingSpec> Resolve(v1::TrainingSpec spec,
                                         const absl::StatusOr<v1::DatasetVersion>& dataset) {
  SERIN_RETURN_IF_ERROR(dataset.status());
  spec.set_dataset(dataset->name());
  absl::StatusOr<v1::TrainingSpec> resolved = ResolveSpec(spec, dataset->schema());
  if (!resolved.ok()) return PrefixField("spec", resolved.status());
  return resolved;
}

// Answers a call that did not end in its handler.
template <typename Response>
void Answer(grpc::ServerUnaryReactor* reactor, Response* response,
            absl::StatusOr<Response> result) {
  if (result.ok()) response->Swap(&*result);
  reactor->Finish(ToGrpc(result.status()));
}

}  // namespace

grpc::ServerUnaryReactor* TrainService::ListAlgorithms(grpc::CallbackServerContext* context,
                                                       const v1::ListAlgorithmsRequest*,
                                                       v1::ListAlgorithmsResponse* response) {
  for (v1::Algorithm& algorithm : serin::ListAlgorithms()) {
    response->add_algorithms()->Swap(&algorithm);
  }
  return Finish(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* TrainService::Train(grpc::CallbackServerContext* context,
                                              const v1::TrainRequest* request, v1::Job* response) {
  if (const absl::Status valid = Validate(*request); !valid.ok()) return Finish(context, valid);
  const absl::StatusOr<std::string> project = ProjectOf(*context);
  if (!project.ok()) return Finish(context, project.status());
  // Before the lookup: a repeated request is answered even when the dataset is gone.
  absl::StatusOr<std::optional<v1::Job>> made =
      jobs_->FindByRequest(*project, request->request_id());
  if (!made.ok()) return Finish(context, made.status());
  if (made->has_value()) return Finish(context, response, absl::StatusOr<v1::Job>(**made));
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  datasets_->FindVersion(
      *project, request->spec().dataset(),
      [=, this, project = *project](const absl::StatusOr<v1::DatasetVersion>& dataset) {
        Answer(reactor, response, Accept(project, *request, dataset));
      });
  return reactor;
}

absl::StatusOr<v1::Job> TrainService::Accept(
    const std::string& project, const v1::TrainRequest& request,
    const absl::StatusOr<v1::DatasetVersion>& dataset) const {
  SERIN_ASSIGN_OR_RETURN(v1::TrainingSpec spec, Resolve(request.spec(), dataset));
  SERIN_ASSIGN_OR_RETURN(std::string model, ParseModelName("model", request.model()));
  absl::StatusOr<v1::Job> job =
      jobs_->Create(project, {.model = std::move(model),
                              .spec = std::move(spec),
                              .request_id = request.request_id(),
                              .priority = request.priority(),
                              .dataset_create_time = dataset->create_time()});
  scheduler_->Wake();
  return job;
}

grpc::ServerUnaryReactor* TrainService::ResolveTraining(grpc::CallbackServerContext* context,
                                                        const v1::ResolveTrainingRequest* request,
                                                        v1::ResolveTrainingResponse* response) {
  const v1::TrainingSpec& spec = request->spec();
  const auto dataset = ParseDatasetRef("spec.dataset", spec.dataset());
  if (!dataset.ok()) return Finish(context, dataset.status());
  const absl::StatusOr<std::string> project = ProjectOf(*context);
  if (!project.ok()) return Finish(context, project.status());
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  datasets_->FindVersion(
      *project, spec.dataset(), [=](const absl::StatusOr<v1::DatasetVersion>& version) {
        Answer(reactor, response->mutable_spec(), Resolve(request->spec(), version));
      });
  return reactor;
}

grpc::ServerUnaryReactor* TrainService::VerifyModelVersion(
    grpc::CallbackServerContext* context, const v1::VerifyModelVersionRequest* request,
    v1::Job* response) {
  if (const absl::Status valid = Validate(*request); !valid.ok()) return Finish(context, valid);
  const absl::StatusOr<std::string> project = ProjectOf(*context);
  if (!project.ok()) return Finish(context, project.status());
  absl::StatusOr<std::optional<v1::Job>> made =
      jobs_->FindByRequest(*project, request->request_id());
  if (!made.ok()) return Finish(context, made.status());
  if (made->has_value()) return Finish(context, response, absl::StatusOr<v1::Job>(**made));
  const absl::StatusOr<v1::ModelVersion> version =
      FindModelVersion(*store_, *registry_->state(), *project, request->name());
  if (!version.ok()) return Finish(context, version.status());
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  datasets_->FindVersion(*project, version->lineage().spec().dataset(),
                         [=, this, project = *project,
                          version = *version](const absl::StatusOr<v1::DatasetVersion>& dataset) {
                           Answer(reactor, response,
                                  AcceptVerification(project, version, *request, dataset));
                         });
  return reactor;
}

absl::StatusOr<v1::Job> TrainService::AcceptVerification(
    const std::string& project, const v1::ModelVersion& version,
    const v1::VerifyModelVersionRequest& request,
    const absl::StatusOr<v1::DatasetVersion>& dataset) const {
  SERIN_ASSIGN_OR_RETURN(const NewJob wanted, VerificationJob(version, dataset, request));
  absl::StatusOr<v1::Job> job = jobs_->Create(project, wanted);
  scheduler_->Wake();
  return job;
}

grpc::ServerUnaryReactor* TrainService::CancelJob(grpc::CallbackServerContext* context,
                                                  const v1::CancelJobRequest* request,
                                                  v1::Job* response) {
  const absl::StatusOr<JobId> id = ParseJobId(*context, request->name());
  if (!id.ok()) return Finish(context, id.status());
  absl::StatusOr<v1::Job> job = jobs_->Cancel(*id, request->keep_best());
  // On disk it is over; the worker goes after that.
  if (job.ok() && job->state() == v1::JOB_STATE_CANCELLED) scheduler_->Kill(*id);
  return Finish(context, response, std::move(job));
}

grpc::ServerUnaryReactor* TrainService::GetJob(grpc::CallbackServerContext* context,
                                               const v1::GetJobRequest* request,
                                               v1::Job* response) {
  return Finish(context, response, FindJob(*jobs_, *context, *request));
}

grpc::ServerUnaryReactor* TrainService::ListJobs(grpc::CallbackServerContext* context,
                                                 const v1::ListJobsRequest* request,
                                                 v1::ListJobsResponse* response) {
  return Finish(context, response, FindJobs(*jobs_, *context, *request));
}

grpc::ServerWriteReactor<v1::Job>* TrainService::WatchJob(grpc::CallbackServerContext* context,
                                                          const v1::WatchJobRequest* request) {
  absl::StatusOr<JobId> id = ParseJobId(*context, request->name());
  if (!id.ok()) return FinishWithError<grpc::ServerWriteReactor<v1::Job>>(id.status());
  return new WatchJobCall(jobs_, *std::move(id), &draining_);
}

void TrainService::Drain() {
  draining_ = true;
  jobs_->WakeWatchers();
}

}  // namespace serin
