#ifndef SERIN_SERVER_PREDICT_OIP_DESCRIBE_MODEL_H_
#define SERIN_SERVER_PREDICT_OIP_DESCRIBE_MODEL_H_

#include <string>

#include "inference/grpc_service.pb.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// The tensors of a model version: [rows, 1] for each feature, and the outputs that it gives unasked
// (encode_outputs.h). `name`: {model}. Without the list of versions.
inference::ModelMetadataResponse MetadataOf(const std::string& name,
                                            const internal::v1::Predictor& model);

// The same in the words of Triton's configuration, whose tensors lack the dimension of the rows.
inference::ModelConfig ConfigOf(const std::string& name, const internal::v1::Predictor& model);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_OIP_DESCRIBE_MODEL_H_
