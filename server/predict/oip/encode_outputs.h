#ifndef SERIN_SERVER_PREDICT_OIP_ENCODE_OUTPUTS_H_
#define SERIN_SERVER_PREDICT_OIP_ENCODE_OUTPUTS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "core/engine/predictor.h"
#include "inference/grpc_service.pb.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// The outputs that there are. Of a classifier: `label` BYTES [rows], `probabilities` FP64
// [rows, classes], and, only where it is asked for by name, `classes` BYTES [classes]. Of a
// regression: `value` FP64 [rows].
enum class Output { kLabel, kProbabilities, kClasses, kValue };

absl::string_view NameOf(Output output);

// Those that a model gives unasked, in order.
std::vector<Output> DefaultOutputs(const internal::v1::Predictor& model);

// The outputs of the answer, in order. INVALID_ARGUMENT for one that the model does not have, that
// is asked for twice, or as something that is not done (shared memory, Triton's classification).
absl::StatusOr<std::vector<Output>> RequestedOutputs(const inference::ModelInferRequest& request,
                                                     const internal::v1::Predictor& model);

// Adds the tensors to an answer: raw, or typed. `scores` are those of `model`.
void EncodeOutputs(const internal::v1::Predictor& model, const Scores& scores,
                   const std::vector<Output>& outputs, bool raw,
                   inference::ModelInferResponse* response);

}  // namespace serin

#endif  // SERIN_SERVER_PREDICT_OIP_ENCODE_OUTPUTS_H_
