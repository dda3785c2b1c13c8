#ifndef SERIN_SERVER_RPC_CALL_H_
#define SERIN_SERVER_RPC_CALL_H_

#include <grpcpp/client_context.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/rpc/metadata_keys.h"
#include "server/rpc/status.h"

// What every handler knows about the call it answers, and how it answers.

namespace serin {

// The value of a metadata key that the caller sent, or the empty string.
absl::string_view MetadataOf(const grpc::ServerContextBase& context, const char* key);

// The project that the call is about; an error if its name is malformed.
absl::StatusOr<std::string> ProjectOf(const grpc::ServerContextBase& context);

// Makes a call to another role be about `project`.
void SetProject(grpc::ClientContext& context, const std::string& project);

// Answers a unary call with the outcome of a handler that has filled in the response (or not).
inline grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context,
                                        const absl::Status& status) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  reactor->Finish(ToGrpc(status));
  return reactor;
}

// The same for a handler that returns the response.
template <typename Response>
grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context, Response* response,
                                 absl::StatusOr<Response> result) {
  if (result.ok()) response->Swap(&*result);
  return Finish(context, result.status());
}

// Answers a streaming call of which nothing was read or written yet with an error.
template <typename Reactor>
Reactor* FinishWithError(const absl::Status& error) {
  class Failed final : public Reactor {
   public:
    explicit Failed(const absl::Status& error) { this->Finish(ToGrpc(error)); }
    void OnDone() override { delete this; }
  };
  return new Failed(error);
}

}  // namespace serin

#endif  // SERIN_SERVER_RPC_CALL_H_
