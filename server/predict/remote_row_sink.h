#ifndef SERIN_SERVER_PREDICT_REMOTE_ROW_SINK_H_
#define SERIN_SERVER_PREDICT_REMOTE_ROW_SINK_H_

#include <grpcpp/channel.h>

#include <memory>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "serin/v1/dataset_service.grpc.pb.h"
#include "server/predict/row_sink.h"

namespace serin {

// The dataset role.
class RemoteRowSink final : public RowSink {
 public:
  // `timeout`: of each call that an append takes.
  RemoteRowSink(const std::shared_ptr<grpc::ChannelInterface>& dataset, absl::Duration timeout)
      : stub_(v1::DatasetService::NewStub(dataset)), timeout_(timeout) {}

  absl::Status Append(const RowsToAppend& rows) override;

  // Calls that wait, and all that follow, end with CANCELLED at once.
  void Stop() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  class Call;
  // What was found out about a dataset.
  struct Known {
    v1::Schema schema;  // Empty: it was not there.
    google::protobuf::Duration max_age;
  };

  // From what was found out earlier, or the dataset role.
  absl::StatusOr<Known> Find(const RowsToAppend& rows) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<Known> Ask(const RowsToAppend& rows) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::Status KeepFor(const RowsToAppend& rows) ABSL_LOCKS_EXCLUDED(mutex_);
  // `schema` says what the rows' columns are called, in their order.
  absl::Status Send(const RowsToAppend& rows, const v1::Schema& schema, const v1::Schema& dataset)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Forget(const RowsToAppend& rows) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::unique_ptr<v1::DatasetService::StubInterface> stub_;
  const absl::Duration timeout_;

  absl::Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::set<grpc::ClientContext*> calls_ ABSL_GUARDED_BY(mutex_);
  // By project/dataset.
  absl::flat_hash_map<std::string, Known> known_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_REMOTE_ROW_SINK_H_
