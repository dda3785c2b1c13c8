#ifndef SERIN_SERVER_PREDICT_STREAM_MODEL_H_
#define SERIN_SERVER_PREDICT_STREAM_MODEL_H_

#include <grpcpp/support/server_callback.h>

#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/predict/called_version.h"
#include "server/predict/model_host.h"

namespace serin {

// The version that answers a stream: that of the first request that names one which can be had.
class StreamModel {
 public:
  // Both outlive this.
  StreamModel(const ModelHost* host, const grpc::CallbackServerContext* context)
      : host_(*host), context_(*context) {}

  bool known() const { return model_ != nullptr; }

  // Looks for the version that a request names, if none is known yet. What has to be loaded before
  // the request can be answered; none if it need not be waited for.
  std::optional<CalledVersion> Find(const ModelQuery& query) {
    if (known()) return std::nullopt;
    absl::StatusOr<CalledVersion> called = CalledVersionOf(context_, query);
    if (!called.ok()) {
      error_ = called.status();
      return std::nullopt;
    }
    name_ = *std::move(called);
    Set(host_.Find(name_.project, name_.model, name_.version));
    return absl::IsUnavailable(error_) ? std::optional(name_) : std::nullopt;
  }
  // What came of the wait for it.
  void Set(absl::StatusOr<std::shared_ptr<const LoadedModel>> model) {
    error_ = model.status();
    if (model.ok()) model_ = *std::move(model);
  }

  // Why no version is known.
  const absl::Status& error() const { return error_; }
  const CalledVersion& name() const { return name_; }
  const std::shared_ptr<const LoadedModel>& model() const { return model_; }

 private:
  const ModelHost& host_;
  const grpc::CallbackServerContext& context_;
  CalledVersion name_;
  absl::Status error_;
  std::shared_ptr<const LoadedModel> model_;  // Null until it is known.
};

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_STREAM_MODEL_H_
