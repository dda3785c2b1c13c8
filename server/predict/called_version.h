#ifndef SERIN_SERVER_PREDICT_CALLED_VERSION_H_
#define SERIN_SERVER_PREDICT_CALLED_VERSION_H_

#include <grpcpp/server_context.h>

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace serin {

// What a message says of the model version that is to answer; what it does not say is empty.
struct ModelQuery {
  absl::string_view model;
  absl::string_view version = {};     // A number; only the Open Inference Protocol has it.
  const char* model_field = "model";  // What the message calls it.
};

struct CalledVersion {
  std::string project;
  std::string model;
  int32_t version = 0;
};

// The model version that is to answer a call: the proxy's choice (kVersionKey, server/rpc/call.h),
// else the number in the message. It need not exist.
//
// INVALID_ARGUMENT for names that are none, and where message and metadata speak of different
// models; FAILED_PRECONDITION where nobody has chosen a version.
absl::StatusOr<CalledVersion> CalledVersionOf(const grpc::ServerContextBase& context,
                                              const ModelQuery& query);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_CALLED_VERSION_H_
