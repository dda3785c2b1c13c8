#ifndef SERIN_SERVER_WORKER_ACCEPTED_DATASET_H_
#define SERIN_SERVER_WORKER_ACCEPTED_DATASET_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "serin/v1/dataset_service.grpc.pb.h"

namespace serin {

// The dataset version that a job was accepted for. What has its name later need not be the same: a
// dataset that is deleted and made again counts its versions from 1 again. Thread-safe.
class AcceptedDataset {
 public:
  // `name`: datasets/{dataset}/versions/{version}. Without a create_time, as of jobs that an older
  // Serin accepted, whatever has the name is taken for it.
  AcceptedDataset(std::string project, std::string name, std::optional<absl::Time> create_time)
      : project_(std::move(project)), name_(std::move(name)), create_time_(create_time) {}

  const std::string& project() const { return project_; }
  const std::string& name() const { return name_; }

  // The version. FAILED_PRECONDITION if it has been deleted, or deleted and made again, since the
  // job was accepted; else the dataset role's errors.
  absl::StatusOr<v1::DatasetVersion> Find(v1::DatasetService::StubInterface& datasets) const;

  // What a read of it that ended so means for the job: NOT_FOUND is FAILED_PRECONDITION, as above.
  absl::Status Explain(const absl::Status& error) const;

 private:
  const std::string project_;
  const std::string name_;
  const std::optional<absl::Time> create_time_;
};

}  // namespace serin

#endif  // SERIN_SERVER_WORKER_ACCEPTED_DATASET_H_
