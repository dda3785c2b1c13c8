#ifndef SERIN_SERVER_CONTROL_DATASET_LOOKUP_H_
#define SERIN_SERVER_CONTROL_DATASET_LOOKUP_H_

#include <grpcpp/channel.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serin/v1/dataset_service.grpc.pb.h"

namespace serin {

// Asks the dataset role for dataset versions, without holding a thread. Thread-safe.
class DatasetLookup {
 public:
  using DoneFn = std::function<void(absl::StatusOr<v1::DatasetVersion> version)>;

  // `timeout`: how long to wait for an answer.
  DatasetLookup(const std::shared_ptr<grpc::ChannelInterface>& dataset, absl::Duration timeout);

  // Calls `done` once, on one of grpc's threads, with the version that `name` stands for (a
  // dataset: its newest) or what the role says is wrong. The lookup itself may be gone by then.
  void Find(const std::string& project, const std::string& name, DoneFn done);

 private:
  const std::unique_ptr<v1::DatasetService::StubInterface> datasets_;
  const absl::Duration timeout_;
};

}  // namespace serin

#endif  // SERIN_SERVER_CONTROL_DATASET_LOOKUP_H_
