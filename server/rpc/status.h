#ifndef SERIN_SERVER_RPC_STATUS_H_
#define SERIN_SERVER_RPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace serin {

// A status as it goes over the wire: code, message, and core/base/errors.h's details serialised as
// google.rpc.Status in `grpc-status-details-bin`.
grpc::Status ToGrpc(const absl::Status& status);

// The reverse; details that do not parse are dropped.
absl::Status FromGrpc(const grpc::Status& status);

}  // namespace serin

#endif  // SERIN_SERVER_RPC_STATUS_H_
