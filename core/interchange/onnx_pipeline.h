#ifndef SERIN_CORE_INTERCHANGE_ONNX_PIPELINE_H_
#define SERIN_CORE_INTERCHANGE_ONNX_PIPELINE_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/interchange/onnx_value.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Fills in the pipeline of a predictor whose features are set: one transform for each feature, as
// the estimator's inputs use it. Returns which of the pipeline's outputs each input is.
//
// UNIMPLEMENTED where a feature goes into the estimator in two ways, or as text.
absl::StatusOr<std::vector<int>> MakeOnnxPipeline(const OnnxColumns& inputs,
                                                  internal::v1::Predictor* predictor);

// Makes an estimator over inputs one over the outputs of the pipeline: input i is output
// `outputs[i]`. INVALID_ARGUMENT where a tree looks at an input that there is not;
// RESOURCE_EXHAUSTED where the weights would be too many.
absl::Status UsePipelineOutputs(const std::vector<int>& outputs,
                                internal::v1::Predictor* predictor);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_PIPELINE_H_
