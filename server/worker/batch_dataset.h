#ifndef SERIN_SERVER_WORKER_BATCH_DATASET_H_
#define SERIN_SERVER_WORKER_BATCH_DATASET_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "serin/v1/dataset_service.grpc.pb.h"
#include "server/worker/accepted_dataset.h"
#include "server/worker/batch_prediction.h"

namespace serin {

// The dataset role, as a batch prediction uses it: rows out of the input, rows into the output.
// Calls are repeated while it is UNAVAILABLE. Thread-safe.
class BatchDataset {
 public:
  // Looks the input up. FAILED_PRECONDITION if it is not the one that was accepted any more.
  // `setup` and `wanted` outlive it.
  static absl::StatusOr<BatchDataset> Open(const BatchSetup& setup,
                                           const v1::BatchPrediction& wanted);

  const v1::Schema& schema() const { return input_.schema(); }
  // Number of the first row that there is.
  int64_t first_row() const { return input_.first_row(); }
  // Rows may come and go.
  bool live() const { return input_.live(); }

  // Rows with numbers in [begin, end), as far as they are there. FAILED_PRECONDITION as Open.
  absl::StatusOr<std::vector<v1::ReadRowsResponse>> Read(
      int64_t begin, int64_t end, const std::vector<std::string>& columns) const;

  // Appends rows to the output, which is made if it is new, also where there are none; nothing
  // where this request did before. `written`: rows that were appended before and lie in front of
  // these. FAILED_PRECONDITION where they are gone, with the dataset that they were in.
  absl::Status Append(const v1::Schema& schema, const std::vector<v1::RowBatch>& rows,
                      int64_t written, const std::string& request_id) const;

 private:
  BatchDataset(const BatchSetup& setup, const v1::BatchPrediction& wanted);

  absl::Status ReadOnce(const v1::ReadRowsRequest& request, int64_t begin, int64_t end,
                        std::vector<v1::ReadRowsResponse>* rows) const;
  absl::Status AppendOnce(const v1::AppendRowsRequest& spec, const std::vector<v1::RowBatch>& rows,
                          v1::AppendRowsResponse* response) const;

  const BatchSetup* setup_;
  const v1::BatchPrediction* wanted_;
  AcceptedDataset accepted_;
  std::unique_ptr<v1::DatasetService::Stub> stub_;
  v1::DatasetVersion input_;
};

}  // namespace serin

#endif  // SERIN_SERVER_WORKER_BATCH_DATASET_H_
