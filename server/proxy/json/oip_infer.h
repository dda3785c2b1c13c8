#ifndef SERIN_SERVER_PROXY_JSON_OIP_INFER_H_
#define SERIN_SERVER_PROXY_JSON_OIP_INFER_H_

#include <optional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/grpc_service.pb.h"
#include "server/proxy/json/http_reply.h"

// The bodies of inferences of the Open Inference Protocol over REST, with Triton's binary tensors
// (kserve/open-inference-protocol, specification/protocol/inference_rest.md;
// triton-inference-server/server, docs/protocol/extension_binary_data.md). Pure.

namespace serin {

// Which outputs are to follow the JSON of the answer as bytes.
struct BinaryOutputs {
  bool by_default = false;
  std::set<std::string> named;    // Those that were asked for as bytes,
  std::set<std::string> in_json;  // and those not as bytes.

  bool contains(const std::string& output) const {
    return named.count(output) > 0 || (by_default && in_json.count(output) == 0);
  }
};

struct OipRequest {
  inference::ModelInferRequest message;  // Without the model; all contents are raw.
  BinaryOutputs binary;
};

// A body whose first `json_bytes` are JSON and the rest binary tensors, in order of the inputs; all
// of it is JSON where that is absent. INVALID_ARGUMENT naming the place, such as inputs[2].data[7].
absl::StatusOr<OipRequest> ParseOipRequest(absl::string_view body, std::optional<size_t> json_bytes,
                                           int max_json_depth);

// The answer to a request. `response`: a serialised ModelInferResponse with raw contents.
absl::StatusOr<HttpReply> OipReply(absl::string_view response, const BinaryOutputs& binary);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_OIP_INFER_H_
