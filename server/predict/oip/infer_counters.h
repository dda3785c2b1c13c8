#ifndef SERIN_SERVER_PREDICT_OIP_INFER_COUNTERS_H_
#define SERIN_SERVER_PREDICT_OIP_INFER_COUNTERS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"
#include "inference/grpc_service.pb.h"

namespace serin {

// What the steps of answering a request took.
struct InferTimes {
  absl::Duration input;   // Tensors to rows.
  absl::Duration infer;   // Rows to scores.
  absl::Duration output;  // Scores to tensors.
};

// What ModelStatistics tells of a model version: its calls of ModelInfer and ModelStreamInfer.
// Thread-safe, without locks; numbers that are read while a call is counted may lack a part of it.
class InferCounters {
 public:
  // A call that ended at `now` with answers for `rows` rows.
  void CountAnswer(size_t rows, const InferTimes& times, absl::Time now);
  // A call that ended with an error, after `elapsed`.
  void CountError(absl::Duration elapsed);

  // All counts; without the name and the version.
  inference::ModelStatistics Read() const;

 private:
  // Times are sums in nanoseconds.
  std::atomic<uint64_t> answers_ = 0;
  std::atomic<uint64_t> rows_ = 0;
  std::atomic<uint64_t> input_ns_ = 0;
  std::atomic<uint64_t> infer_ns_ = 0;
  std::atomic<uint64_t> output_ns_ = 0;
  std::atomic<uint64_t> errors_ = 0;
  std::atomic<uint64_t> error_ns_ = 0;
  std::atomic<uint64_t> last_answer_ms_ = 0;  // Since the Unix epoch.
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_OIP_INFER_COUNTERS_H_
