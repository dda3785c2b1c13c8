#ifndef SERIN_SERVER_PROXY_JSON_OIP_INFER_H_
#define SERIN_SERVER_PROXY_JSON_OIP_INFER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"
#include "serin/v1/model.pb.h"
#include "serin/v1/predict_service.pb.h"

// The bodies of the Open Inference Protocol over REST
// (kserve/open-inference-protocol, specification/protocol/inference_rest.md). Pure.

namespace serin {

// What an inference request asks beside its tensors.
struct OipRequest {
  std::string id;                    // To be given back. Empty: none.
  std::vector<std::string> outputs;  // Names of those wanted; empty: all.
  nlohmann::json inputs;             // A list of one object or more, not yet looked at.
  // Whether the one input is a matrix [rows, features], so that the model's features have to be
  // known.
  bool needs_features = false;
};

absl::StatusOr<OipRequest> ParseOipRequest(absl::string_view text, int max_json_depth);

// Either one tensor [n] or [n, 1] for each feature, by name, or one matrix [n, features] whose
// columns are the features of `version` in order. `version` is used only for the latter.
// INVALID_ARGUMENT naming the place, such as inputs[2].data[7].
absl::StatusOr<v1::PredictRequest> FromOipRequest(const OipRequest& request,
                                                  absl::string_view model,
                                                  const v1::ModelVersion& version);

// Outputs: `label` BYTES [n] and `probabilities` FP64 [n, classes], or `value` FP64 [n]; and, only
// if asked for by name, `classes` BYTES [classes]. INVALID_ARGUMENT for outputs that there are not.
absl::StatusOr<nlohmann::ordered_json> ToOipResponse(const OipRequest& request,
                                                     absl::string_view model,
                                                     const v1::PredictResponse& response);

// The answer about a model: `versions` as they may be asked for, tensors as `version` has them.
nlohmann::ordered_json ToOipMetadata(absl::string_view model,
                                     const std::vector<v1::ModelVersion>& versions,
                                     const v1::ModelVersion& version);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_OIP_INFER_H_
