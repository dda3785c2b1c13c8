#ifndef SERIN_SERVER_PROXY_JSON_OIP_TENSOR_H_
#define SERIN_SERVER_PROXY_JSON_OIP_TENSOR_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "inference/grpc_service.pb.h"
#include "nlohmann/json.hpp"

// Tensors of the Open Inference Protocol, between JSON and the raw form of its gRPC messages. What
// they mean to a model is the predictor's to say.

namespace serin {

// Adds an input to a request: its data in JSON, flat or nested, becomes raw contents; or those are
// the next parameters.binary_data_size bytes of `binary`, which are taken off. Numbers go as FP64,
// exactly as they are written, whatever their datatype; null as NaN, or as no bytes.
//
// INVALID_ARGUMENT naming the place below `where`, such as inputs[2].data[7].
absl::Status AddInputTensor(const nlohmann::json& input, const std::string& where,
                            absl::string_view* binary, inference::ModelInferRequest* request);

// The elements of a raw output, FP64 or BYTES, as a flat list. INTERNAL if they are something else.
absl::StatusOr<nlohmann::ordered_json> OutputData(
    const inference::ModelInferResponse::InferOutputTensor& output, absl::string_view raw);

}  // namespace serin

#endif  // SERIN_SERVER_PROXY_JSON_OIP_TENSOR_H_
