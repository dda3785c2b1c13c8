#ifndef SERIN_SERVER_WORKER_TRAINING_DATA_H_
#define SERIN_SERVER_WORKER_TRAINING_DATA_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/table/table.h"
#include "grpcpp/channel.h"
#include "serin/v1/job.pb.h"
#include "server/worker/accepted_dataset.h"
#include "server/worker/retry.h"

namespace serin {

// What a training reads.
struct TrainingData {
  Table table;                 // ColumnsOf the specification, then others that were asked for.
  std::string dataset_sha256;  // Of the uploaded file.
};

// Hears which share of the rows is there; returns false to stop.
using ReadingSink = std::function<bool(double share)>;

// Reads the columns that a resolved specification needs, and those of `also` that the dataset has,
// from the dataset role; begins again while that is UNAVAILABLE. FAILED_PRECONDITION if the dataset
// version is not the one that was accepted any more, CANCELLED when the sink says so.
absl::StatusOr<TrainingData> ReadTrainingData(const std::shared_ptr<grpc::Channel>& dataset,
                                              const AcceptedDataset& accepted,
                                              const v1::TrainingSpec& spec,
                                              const std::vector<std::string>& also,
                                              const Sleeper& sleep, const ReadingSink& sink);

}  // namespace serin

#endif  // SERIN_SERVER_WORKER_TRAINING_DATA_H_
