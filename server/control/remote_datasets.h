#ifndef SERIN_SERVER_CONTROL_REMOTE_DATASETS_H_
#define SERIN_SERVER_CONTROL_REMOTE_DATASETS_H_

#include <memory>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "serin/v1/dataset_service.grpc.pb.h"
#include "server/control/dataset_reader.h"

namespace serin {

// Asks the dataset role. For threads that may wait, not for grpc's.
class RemoteDatasets final : public DatasetReader {
 public:
  // `timeout`: of a call.
  RemoteDatasets(const std::shared_ptr<grpc::ChannelInterface>& dataset, absl::Duration timeout)
      : stub_(v1::DatasetService::NewStub(dataset)), timeout_(timeout) {}

  absl::StatusOr<v1::Dataset> GetDataset(const std::string& project,
                                         const std::string& name) override;
  absl::StatusOr<v1::DatasetVersion> GetVersion(const std::string& project,
                                                const std::string& name) override;

  // Calls that wait, and all that follow, end with UNAVAILABLE at once.
  void Drain() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  template <typename Request, typename Response>
  absl::StatusOr<Response> Ask(const std::string& project, const std::string& name,
                               grpc::Status (v1::DatasetService::StubInterface::*method)(
                                   grpc::ClientContext*, const Request&, Response*))
      ABSL_LOCKS_EXCLUDED(mutex_);
  bool Enter(grpc::ClientContext* call) ABSL_LOCKS_EXCLUDED(mutex_);
  void Leave(grpc::ClientContext* call) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::unique_ptr<v1::DatasetService::StubInterface> stub_;
  const absl::Duration timeout_;

  absl::Mutex mutex_;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<grpc::ClientContext*> calls_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_REMOTE_DATASETS_H_
