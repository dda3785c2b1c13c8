#ifndef SERIN_SERVER_PREDICT_SERVED_CALLS_H_
#define SERIN_SERVER_PREDICT_SERVED_CALLS_H_

#include <grpcpp/server_context.h>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/base/clock.h"
#include "core/table/table.h"
#include "server/predict/loaded_model.h"
#include "server/predict/prediction_log.h"
#include "server/predict/score_rows.h"

namespace serin {

// What is kept of calls that were answered, whichever protocol they came by: rows of the prediction
// log, and counts for drift. Thread-safe.
class ServedCalls {
 public:
  // Both outlive it.
  ServedCalls(PredictionLog* log, const Clock* clock) : log_(log), clock_(clock) {}

  // `key`: the call's; where it is empty, that of its metadata. `latency`: until now.
  void Add(const grpc::ServerContextBase& context, absl::string_view key, const LoadedModel& model,
           const Table& rows, const ScoredRows& scored, absl::Duration latency) const;

 private:
  PredictionLog* const log_;
  const Clock* const clock_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_SERVED_CALLS_H_
