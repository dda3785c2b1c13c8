#include "server/control/train_service.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "core/base/errors.h"
#include "core/base/resource_name.h"
#include "core/base/status_macros.h"
#include "core/learn/algorithms.h"
#include "core/learn/spec.h"
#include "server/control/watch_job.h"
#include "server/rpc/call.h"

namespace serin {
namespace {

constexpr size_t kMaxRequestIdCharacters = 64;

// Of UTF-8, which protobuf has checked.
size_t CharacterCount(absl::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

absl::Status ValidateRequestId(absl::string_view request_id) {
  const size_t count = CharacterCount(request_id);
  if (count <= kMaxRequestIdCharacters) return absl::OkStatus();
  return InvalidField("request_id", absl::StrCat("must have at most ", kMaxRequestIdCharacters,
                                                 " characters, has ", count));
}

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

}  // namespace

// A Train call on its way. Shared by the callback of the lookup only.
struct TrainService::Training {
  std::string project;
  std::string model;
  v1::TrainRequest request;
  grpc::ServerUnaryReactor* reactor = nullptr;
  v1::Job* response = nullptr;

  grpc::ClientContext lookup_context;
  v1::GetDatasetVersionRequest lookup;
  v1::DatasetVersion dataset;
};

TrainService::TrainService(JobStore* jobs, JobScheduler* scheduler,
                           const std::shared_ptr<grpc::ChannelInterface>& dataset,
                           absl::Duration dataset_timeout)
    : jobs_(jobs),
      scheduler_(scheduler),
      datasets_(v1::DatasetService::NewStub(dataset)),
      dataset_timeout_(dataset_timeout) {}

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
  absl::StatusOr<std::shared_ptr<Training>> training = Open(*context, *request);
  if (!training.ok()) return Finish(context, training.status());
  // Before the lookup: a repeated request is answered even when the dataset is gone.
  absl::StatusOr<std::optional<v1::Job>> made =
      jobs_->FindByRequest((*training)->project, request->request_id());
  if (!made.ok()) return Finish(context, made.status());
  if (made->has_value()) return Finish(context, response, absl::StatusOr<v1::Job>(**made));
  (*training)->reactor = context->DefaultReactor();
  (*training)->response = response;
  LookUpDataset(*training);
  return (*training)->reactor;
}

absl::StatusOr<std::shared_ptr<TrainService::Training>> TrainService::Open(
    const grpc::CallbackServerContext& context, const v1::TrainRequest& request) {
  auto training = std::make_shared<Training>();
  SERIN_ASSIGN_OR_RETURN(training->project, ProjectOf(context));
  SERIN_ASSIGN_OR_RETURN(training->model, ParseModelName("model", request.model()));
  SERIN_RETURN_IF_ERROR(ParseDatasetRef("spec.dataset", request.spec().dataset()).status());
  SERIN_RETURN_IF_ERROR(ValidateRequestId(request.request_id()));
  training->request = request;
  return training;
}

void TrainService::LookUpDataset(std::shared_ptr<Training> training) {
  grpc::ClientContext& context = training->lookup_context;
  SetProject(context, training->project);
  context.set_deadline(absl::ToChronoTime(absl::Now() + dataset_timeout_));
  training->lookup.set_name(training->request.spec().dataset());
  Training& call = *training;
  datasets_->async()->GetDatasetVersion(
      &context, &call.lookup, &call.dataset,
      [this, training = std::move(training)](const grpc::Status& found) {
        absl::StatusOr<v1::Job> job = found.ok() ? Accept(*training) : FromGrpc(found);
        if (job.ok()) training->response->Swap(&*job);
        training->reactor->Finish(ToGrpc(job.status()));
      });
}

absl::StatusOr<v1::Job> TrainService::Accept(const Training& training) const {
  v1::TrainingSpec spec = training.request.spec();
  spec.set_dataset(training.dataset.name());
  const absl::StatusOr<v1::TrainingSpec> resolved = ResolveSpec(spec, training.dataset.schema());
  if (!resolved.ok()) return PrefixField("spec", resolved.status());
  absl::StatusOr<v1::Job> job =
      jobs_->Create(training.project, training.model, *resolved, training.request.request_id());
  scheduler_->Wake();
  return job;
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
