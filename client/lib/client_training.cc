#include <algorithm>

#include "client/lib/connection.h"
#include "client/lib/requests.h"
#include "serin/client.h"

// Client: jobs, but for waiting for them (client_jobs.cc).

namespace serin {

using Training = v1::TrainService::Stub;

absl::StatusOr<std::vector<v1::Algorithm>> Client::ListAlgorithms() const {
  auto response = connection_->Unary(connection_->training(), &Training::ListAlgorithms,
                                     v1::ListAlgorithmsRequest());
  if (!response.ok()) return response.status();
  return std::vector<v1::Algorithm>(response->algorithms().begin(), response->algorithms().end());
}

absl::StatusOr<v1::Job> Client::Train(absl::string_view model, const v1::TrainingSpec& spec,
                                      absl::string_view request_id) const {
  v1::TrainRequest request;
  request.set_model(std::string(model));
  *request.mutable_spec() = spec;
  request.set_request_id(std::string(request_id));
  return Train(request);
}

absl::StatusOr<v1::Job> Client::Train(const v1::TrainRequest& request) const {
  return connection_->Unary(connection_->training(), &Training::Train, request);
}

absl::StatusOr<v1::TrainingSpec> Client::ResolveTraining(const v1::TrainingSpec& spec) const {
  v1::ResolveTrainingRequest request;
  *request.mutable_spec() = spec;
  auto response = connection_->Unary(connection_->training(), &Training::ResolveTraining, request);
  if (!response.ok()) return response.status();
  return std::move(*response->mutable_spec());
}

absl::StatusOr<v1::Job> Client::GetJob(absl::string_view job) const {
  return connection_->Unary(connection_->training(), &Training::GetJob,
                            Named<v1::GetJobRequest>(job));
}

absl::StatusOr<std::vector<v1::Job>> Client::ListJobs(int limit, absl::string_view parent) const {
  v1::ListJobsRequest request;
  request.set_page_size(std::min(limit, kPageSize));
  request.set_parent(std::string(parent));
  auto jobs = connection_->List(connection_->training(), &Training::ListJobs, request,
                                &v1::ListJobsResponse::mutable_jobs, static_cast<size_t>(limit));
  if (jobs.ok() && jobs->size() > static_cast<size_t>(limit)) jobs->resize(limit);
  return jobs;
}

absl::StatusOr<v1::Job> Client::CancelJob(absl::string_view job, bool keep_best) const {
  auto request = Named<v1::CancelJobRequest>(job);
  request.set_keep_best(keep_best);
  return connection_->Unary(connection_->training(), &Training::CancelJob, request);
}

absl::StatusOr<v1::Job> Client::VerifyModelVersion(absl::string_view version,
                                                   absl::string_view request_id) const {
  auto request = Named<v1::VerifyModelVersionRequest>(version);
  request.set_request_id(std::string(request_id));
  return connection_->Unary(connection_->training(), &Training::VerifyModelVersion, request);
}

}  // namespace serin
