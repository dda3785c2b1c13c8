#ifndef SERIN_SERVER_PREDICT_WAITING_CALL_H_
#define SERIN_SERVER_PREDICT_WAITING_CALL_H_

#include <grpcpp/support/server_callback.h>

#include <functional>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "server/predict/called_version.h"
#include "server/predict/model_host.h"
#include "server/predict/model_waiter.h"

namespace serin {

// A unary call for a version that is not in memory: waits for it, as long as its caller does, and
// holds no thread meanwhile.
class WaitingCall final : public grpc::ServerUnaryReactor, private ModelWaiter {
 public:
  // Goes on with the call, and has to see to it that the reactor is finished.
  using Resume = std::function<void(grpc::ServerUnaryReactor* reactor,
                                    absl::StatusOr<std::shared_ptr<const LoadedModel>> model)>;

  // The reactor of the call. `host` outlives the call; `resume` may be called before this returns,
  // or later by a thread of the host.
  static grpc::ServerUnaryReactor* Start(ModelHost* host, const CalledVersion& called,
                                         Resume resume) {
    auto* const call = new WaitingCall(host, std::move(resume));
    auto known = host->Await(called.project, called.model, called.version, call);
    if (known) call->OnModel(*std::move(known));
    return call;
  }

  // The caller has gone away, or its deadline has passed.
  void OnCancel() override {
    if (host_.Leave(this)) Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  WaitingCall(ModelHost* host, Resume resume) : host_(*host), resume_(std::move(resume)) {}

  void OnModel(absl::StatusOr<std::shared_ptr<const LoadedModel>> model) override {
    resume_(this, std::move(model));
  }

  ModelHost& host_;
  const Resume resume_;
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_WAITING_CALL_H_
