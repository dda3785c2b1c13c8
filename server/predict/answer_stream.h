#ifndef SERIN_SERVER_PREDICT_ANSWER_STREAM_H_
#define SERIN_SERVER_PREDICT_ANSWER_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "server/rpc/status.h"

namespace serin {

// A bidirectional stream that answers each request with one response, in order. A request is read
// once the response before it is on its way: a caller that does not read is not read from, and
// there is one request and one response in memory, whatever the caller sends.
//
// Session has absl::Status Answer(const Request&, Response*), whose error ends the stream. At any
// time one read or one write is outstanding, so that nothing here needs a lock.
template <typename Request, typename Response, typename Session>
class AnswerStream final : public grpc::ServerBidiReactor<Request, Response> {
 public:
  explicit AnswerStream(Session session) : session_(std::move(session)) {
    this->StartRead(&request_);
  }

  // Not OK: the caller has said all, or has gone away.
  void OnReadDone(bool ok) override {
    if (!ok) return this->Finish(grpc::Status::OK);
    response_.Clear();
    const absl::Status answered = session_.Answer(request_, &response_);
    if (!answered.ok()) return this->Finish(ToGrpc(answered));
    this->StartWrite(&response_);
  }

  void OnWriteDone(bool ok) override {
    if (ok) return this->StartRead(&request_);
    this->Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the caller has gone away"));
  }

  void OnDone() override { delete this; }

 private:
  Session session_;
  Request request_;
  Response response_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_ANSWER_STREAM_H_
