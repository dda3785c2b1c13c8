#ifndef SERIN_SERVER_PREDICT_LOG_CALLS_H_
#define SERIN_SERVER_PREDICT_LOG_CALLS_H_

#include "serin/v1/dataset_service.grpc.pb.h"
#include "server/predict/feedback_taker.h"
#include "server/rpc/task_thread.h"

namespace serin {

// What answers RecordFeedback and ListPredictions.
struct LogCalls {
  FeedbackParts feedback;
  TaskThread* feedback_thread;
  v1::DatasetService::StubInterface* datasets;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_LOG_CALLS_H_
