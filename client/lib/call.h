#ifndef SERIN_CLIENT_LIB_CALL_H_
#define SERIN_CLIENT_LIB_CALL_H_

#include <grpcpp/client_context.h>

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace serin {

// One RPC of a Client: what goes with the request, and what is made of its end.
class Call {
 public:
  // A call for `project` (empty: none is named) that ends within `timeout`.
  Call(const std::string& project, absl::Duration timeout);

  grpc::ClientContext* context() { return &context_; }

  // The outcome of the call as the user sees it: with details and the id of the request.
  absl::Status Outcome(const grpc::Status& status) const;

 private:
  std::string RequestId() const;

  grpc::ClientContext context_;
};

}  // namespace serin

#endif  // SERIN_CLIENT_LIB_CALL_H_
