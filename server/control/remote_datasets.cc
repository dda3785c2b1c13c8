#include "server/control/remote_datasets.h"

#include <grpcpp/client_context.h>

#include <utility>

#include "absl/status/status.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "server/rpc/call.h"

namespace serin {
namespace {

using AsyncStub = v1::DatasetService::StubInterface::async_interface;

absl::Status Stopping() { return absl::UnavailableError("the server is stopping"); }

// Only Drain cancels.
absl::Status StatusOf(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::CANCELLED ? Stopping() : FromGrpc(status);
}

}  // namespace

// A call on its way; belongs to its callback.
template <typename Request, typename Response>
struct RemoteDatasets::Call {
  std::shared_ptr<grpc::ClientContext> context = std::make_shared<grpc::ClientContext>();
  Request request;
  Response response;
  std::function<void(absl::StatusOr<Response>)> done;
};

RemoteDatasets::~RemoteDatasets() {
  Drain();
  const auto none_left = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return calls_.empty(); };
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&none_left));
}

absl::StatusOr<v1::Dataset> RemoteDatasets::GetDataset(const std::string& project,
                                                       const std::string& name) {
  return AskAndWait<v1::GetDatasetRequest, v1::Dataset>(&AsyncStub::GetDataset, project, name);
}

absl::StatusOr<v1::DatasetVersion> RemoteDatasets::GetVersion(const std::string& project,
                                                              const std::string& name) {
  return AskAndWait<v1::GetDatasetVersionRequest, v1::DatasetVersion>(&AsyncStub::GetDatasetVersion,
                                                                      project, name);
}

void RemoteDatasets::FindVersion(const std::string& project, const std::string& name,
                                 FoundFn done) {
  Ask<v1::GetDatasetVersionRequest, v1::DatasetVersion>(&AsyncStub::GetDatasetVersion, project,
                                                        name, std::move(done));
}

void RemoteDatasets::Drain() {
  std::set<std::shared_ptr<grpc::ClientContext>> calls;
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
    calls = calls_;
  }
  for (const auto& call : calls) call->TryCancel();
}

template <typename Request, typename Response>
void RemoteDatasets::Ask(Method<Request, Response> method, const std::string& project,
                         const std::string& name,
                         std::function<void(absl::StatusOr<Response>)> done) {
  auto owned = std::make_shared<Call<Request, Response>>();
  Call<Request, Response>& call = *owned;
  SetProject(*call.context, project);
  call.context->set_deadline(absl::ToChronoTime(absl::Now() + timeout_));
  call.request.set_name(name);
  call.done = std::move(done);
  if (!Enter(call.context)) return call.done(Stopping());
  const auto finished = [this, owned = std::move(owned)](const grpc::Status& status) {
    Leave(owned->context);
    if (!status.ok()) return owned->done(StatusOf(status));
    owned->done(std::move(owned->response));
  };
  (stub_->async()->*method)(call.context.get(), &call.request, &call.response, finished);
}

template <typename Request, typename Response>
absl::StatusOr<Response> RemoteDatasets::AskAndWait(Method<Request, Response> method,
                                                    const std::string& project,
                                                    const std::string& name) {
  absl::StatusOr<Response> answer;
  absl::Notification answered;
  Ask<Request, Response>(method, project, name, [&](absl::StatusOr<Response> found) {
    answer = std::move(found);
    answered.Notify();
  });
  answered.WaitForNotification();
  return answer;
}

bool RemoteDatasets::Enter(std::shared_ptr<grpc::ClientContext> call) {
  absl::MutexLock lock(&mutex_);
  if (!draining_) calls_.insert(std::move(call));
  return !draining_;
}

void RemoteDatasets::Leave(const std::shared_ptr<grpc::ClientContext>& call) {
  absl::MutexLock lock(&mutex_);
  calls_.erase(call);
}

}  // namespace serin
