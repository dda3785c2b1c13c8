#ifndef SERIN_SERVER_CONTROL_REMOTE_DATASETS_H_
#define SERIN_SERVER_CONTROL_REMOTE_DATASETS_H_

#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "serin/v1/dataset_service.grpc.pb.h"
#include "server/control/dataset_reader.h"

namespace serin {

// Asks the dataset role. Thread-safe.
class RemoteDatasets final : public DatasetReader {
 public:
  using FoundFn = std::function<void(absl::StatusOr<v1::DatasetVersion> version)>;

  // `timeout`: how long to wait for an answer.
  RemoteDatasets(const std::shared_ptr<grpc::ChannelInterface>& dataset, absl::Duration timeout)
      : stub_(v1::DatasetService::NewStub(dataset)), timeout_(timeout) {}
  // As Drain, and waits until the last call has ended.
  ~RemoteDatasets() override;

  // These wait, and are not for grpc's threads.
  absl::StatusOr<v1::Dataset> GetDataset(const std::string& project,
                                         const std::string& name) override;
  absl::StatusOr<v1::DatasetVersion> GetVersion(const std::string& project,
                                                const std::string& name) override;

  // As GetVersion, without holding a thread: calls `done` once, on one of grpc's threads or, while
  // draining, on this one.
  void FindVersion(const std::string& project, const std::string& name, FoundFn done);

  // Calls that wait, and all that follow, end with UNAVAILABLE at once.
  void Drain() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  template <typename Request, typename Response>
  struct Call;
  template <typename Request, typename Response>
  using Method = void (v1::DatasetService::StubInterface::async_interface::*)(
      grpc::ClientContext*, const Request*, Response*, std::function<void(grpc::Status)>);

  template <typename Request, typename Response>
  void Ask(Method<Request, Response> method, const std::string& project, const std::string& name,
           std::function<void(absl::StatusOr<Response>)> done) ABSL_LOCKS_EXCLUDED(mutex_);
  template <typename Request, typename Response>
  absl::StatusOr<Response> AskAndWait(Method<Request, Response> method, const std::string& project,
                                      const std::string& name) ABSL_LOCKS_EXCLUDED(mutex_);
  bool Enter(std::shared_ptr<grpc::ClientContext> call) ABSL_LOCKS_EXCLUDED(mutex_);
  void Leave(const std::shared_ptr<grpc::ClientContext>& call) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::unique_ptr<v1::DatasetService::StubInterface> stub_;
  const absl::Duration timeout_;

  absl::Mutex mutex_;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<std::shared_ptr<grpc::ClientContext>> calls_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_REMOTE_DATASETS_H_
