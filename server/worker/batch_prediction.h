#ifndef SERIN_SERVER_WORKER_BATCH_PREDICTION_H_
#define SERIN_SERVER_WORKER_BATCH_PREDICTION_H_

#include <grpcpp/channel.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "core/engine/predictor.h"
#include "serin/v1/job.pb.h"
#include "server/worker/retry.h"

namespace serin {

// Rows that are read, scored and appended together, of an output with so many columns: few enough
// for one AppendRows. Block i has those whose number in the input begins at i times as many.
int64_t BatchBlockRows(int column_count);

struct BatchSetup {
  std::shared_ptr<grpc::Channel> dataset;
  std::string project;
  // jobs/{job}.
  std::string job;
  // Of the input, as the job was accepted (AcceptedDataset).
  std::optional<absl::Time> input_create_time = std::nullopt;
  // Blocks in hand at a time, each with a thread of its own.
  unsigned threads = 1;
  Sleeper sleep;
};

// Hears how many rows are on disk in the output, and what share of all that is; returns false to
// stop. Called by one thread at a time.
using WrittenSink = std::function<bool(int64_t rows, double share)>;

// Carries `wanted`, resolved, out: predicts for the rows of the input behind the first
// wanted.rows() and appends them to the output, in their order. Returns how many are there in all.
//
// A block is appended by a request that job and block name: whatever died before or after, it is
// there once. While the dataset role is UNAVAILABLE calls are repeated, as RetryUnavailable does.
// Of a live input, whose rows come and go, all blocks are looked at again; those written stay as
// they are.
//
// FAILED_PRECONDITION if the input is not the one that was accepted any more, or the output has
// been deleted with what was written before; CANCELLED when the sink says so; else the dataset
// role's errors.
absl::StatusOr<int64_t> WriteBatchPredictions(const BatchSetup& setup, const Predictor& predictor,
                                              const v1::BatchPrediction& wanted,
                                              const WrittenSink& written);

}  // namespace serin

#endif  // SERIN_SERVER_WORKER_BATCH_PREDICTION_H_
