#include "server/control/remote_datasets.h"

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "server/rpc/call.h"

namespace serin {

using Stub = v1::DatasetService::StubInterface;

absl::StatusOr<v1::Dataset> RemoteDatasets::GetDataset(const std::string& project,
                                                       const std::string& name) {
  return Ask<v1::GetDatasetRequest, v1::Dataset>(project, name, &Stub::GetDataset);
}

absl::StatusOr<v1::DatasetVersion> RemoteDatasets::GetVersion(const std::string& project,
                                                              const std::string& name) {
  return Ask<v1::GetDatasetVersionRequest, v1::DatasetVersion>(project, name,
                                                               &Stub::GetDatasetVersion);
}

void RemoteDatasets::Drain() {
  absl::MutexLock lock(&mutex_);
  draining_ = true;
  for (grpc::ClientContext* call : calls_) call->TryCancel();
}

template <typename Request, typename Response>
absl::StatusOr<Response> RemoteDatasets::Ask(const std::string& project, const std::string& name,
                                             grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                          const Request&,
                                                                          Response*)) {
  grpc::ClientContext context;
  SetProject(context, project);
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout_));
  Request request;
  request.set_name(name);
  Response response;
  if (!Enter(&context)) return absl::UnavailableError("the server is stopping");
  const grpc::Status status = ((*stub_).*method)(&context, request, &response);
  Leave(&context);
  if (status.error_code() == grpc::StatusCode::CANCELLED) {
    return absl::UnavailableError("the server is stopping");
  }
  if (!status.ok()) return FromGrpc(status);
  return response;
}

bool RemoteDatasets::Enter(grpc::ClientContext* call) {
  absl::MutexLock lock(&mutex_);
  if (!draining_) calls_.insert(call);
  return !draining_;
}

void RemoteDatasets::Leave(grpc::ClientContext* call) {
  absl::MutexLock lock(&mutex_);
  calls_.erase(call);
}

}  // namespace serin
