#ifndef SERIN_SERVER_PREDICT_FEEDBACK_CALL_H_
#define SERIN_SERVER_PREDICT_FEEDBACK_CALL_H_

#include <grpcpp/support/server_callback.h>

#include <utility>

#include "serin/v1/predict_service.pb.h"
#include "server/predict/feedback_taker.h"
#include "server/rpc/status.h"
#include "server/rpc/task_thread.h"

namespace serin {

// RecordFeedback: reads a message, has it written on a thread that may wait, reads the next one.
class FeedbackCall final : public grpc::ServerReadReactor<v1::RecordFeedbackRequest> {
 public:
  FeedbackCall(FeedbackTaker taker, TaskThread* thread, v1::RecordFeedbackResponse* response)
      : taker_(std::move(taker)), thread_(thread), response_(response) {
    StartRead(&message_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(ToGrpc(taker_.Finish()));
    thread_->Post([this] { Write(); });
  }
  void OnDone() override { delete this; }

 private:
  void Write() {
    const absl::Status written = taker_.Take(message_);
    if (!written.ok()) return Finish(ToGrpc(written));
    response_->set_recorded(response_->recorded() + message_.feedback_size());
    message_.Clear();
    StartRead(&message_);
  }

  FeedbackTaker taker_;
  TaskThread* const thread_;
  v1::RecordFeedbackResponse* const response_;
  v1::RecordFeedbackRequest message_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_FEEDBACK_CALL_H_
