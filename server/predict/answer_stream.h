#ifndef SERIN_SERVER_PREDICT_ANSWER_STREAM_H_
#define SERIN_SERVER_PREDICT_ANSWER_STREAM_H_

#include <grpcpp/support/server_callback.h>

#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/predict/called_version.h"
#include "server/predict/model_host.h"
#include "server/predict/model_waiter.h"
#include "server/rpc/status.h"

namespace serin {

// A bidirectional stream that answers each request with one response, in order. A request is read
// once the response before it is on its way: a caller that does not read is not read from, and
// there is one request and one response in memory, whatever the caller sends.
//
// Session has
//   std::optional<CalledVersion> Missing(const Request&)
//     the version that has to be in memory before the request can be answered;
//   void Set(absl::StatusOr<std::shared_ptr<const LoadedModel>>)
//     what came of the wait for it;
//   absl::Status Answer(const Request&, Response*)
//     whose error ends the stream.
// At any time one read, one wait or one write is outstanding, so that nothing here needs a lock.
template <typename Request, typename Response, typename Session>
class AnswerStream final : public grpc::ServerBidiReactor<Request, Response>, private ModelWaiter {
 public:
  // `host` and `context` outlive the stream.
  AnswerStream(ModelHost* host, const grpc::CallbackServerContext* context, Session session)
      : host_(*host), context_(*context), session_(std::move(session)) {
    this->StartRead(&request_);
  }

  // Not OK: the caller has said all, or has gone away.
  void OnReadDone(bool ok) override {
    if (!ok) return this->Finish(grpc::Status::OK);
    const std::optional<CalledVersion> missing = session_.Missing(request_);
    if (!missing) return Respond();
    auto known = host_.Await(missing->project, missing->model, missing->version, this);
    if (known) return OnModel(*std::move(known));
    // A caller that went away before is not told of again.
    if (context_.IsCancelled()) OnCancel();
  }

  void OnWriteDone(bool ok) override {
    if (ok) return this->StartRead(&request_);
    this->Finish(grpc::Status(grpc::StatusCode::CANCELLED, "the caller has gone away"));
  }

  // A read or a write that is outstanding fails by itself.
  void OnCancel() override {
    if (host_.Leave(this)) this->Finish(grpc::Status::CANCELLED);
  }

  void OnDone() override { delete this; }

 private:
  void OnModel(absl::StatusOr<std::shared_ptr<const LoadedModel>> model) override {
    session_.Set(std::move(model));
    Respond();
  }

  void Respond() {
    response_.Clear();
    const absl::Status answered = session_.Answer(request_, &response_);
    if (!answered.ok()) return this->Finish(ToGrpc(answered));
    this->StartWrite(&response_);
  }

  ModelHost& host_;
  const grpc::CallbackServerContext& context_;
  Session session_;
  Request request_;
  Response response_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_ANSWER_STREAM_H_
