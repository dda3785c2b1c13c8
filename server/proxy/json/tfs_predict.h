#ifndef SERIN_SERVER_PROXY_JSON_TFS_PREDICT_H_
#define SERIN_SERVER_PROXY_JSON_TFS_PREDICT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"
#include "serin/v1/model.pb.h"
#include "serin/v1/predict_service.pb.h"

// The bodies of TensorFlow Serving's predict API
// (tensorflow/serving, tensorflow_serving/g3doc/api_rest.md). Pure.

namespace serin {

// Row format ("instances") or column format ("inputs").
enum class TfsFormat { kRows, kColumns };

struct TfsRequest {
  nlohmann::json body;
  TfsFormat format = TfsFormat::kRows;
  // Whether an instance is a list (or a bare value) rather than an object, so that the order of the
  // model's features has to be known.
  bool needs_features = false;
};

// Checks the members: exactly one of "instances" and "inputs", and nothing unknown.
absl::StatusOr<TfsRequest> ParseTfsRequest(absl::string_view text, int max_json_depth);

// `features`: names in the model's order; used only where they are needed. The errors name the
// place, such as instances[3].petal_width.
absl::StatusOr<v1::PredictRequest> FromTfsRequest(const TfsRequest& request,
                                                  absl::string_view model,
                                                  const std::vector<std::string>& features);

// The answer in the format of the request:
//   classification  {"predictions": [{"label": l, "probabilities": [p, ...]}, ...]} or
//                   {"outputs": {"label": [...], "probabilities": [[...], ...]}}
//   regression      {"predictions": [v, ...]} or {"outputs": [v, ...]}
// and beside it "model_version" and, for classification, "classes": the order of probabilities.
nlohmann::ordered_json ToTfsResponse(const v1::PredictResponse& response, TfsFormat format);

// The answers of the model status and the model metadata API.
nlohmann::ordered_json ToTfsStatus(const std::vector<v1::ModelVersion>& versions);
nlohmann::ordered_json ToTfsMetadata(absl::string_view model, const v1::ModelVersion& version);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_TFS_PREDICT_H_
