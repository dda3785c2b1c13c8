#ifndef SERIN_CORE_INTERCHANGE_ONNX_WRITE_PIPELINE_H_
#define SERIN_CORE_INTERCHANGE_ONNX_WRITE_PIPELINE_H_

#include <string>

#include "absl/status/statusor.h"
#include "core/interchange/onnx_writer.h"
#include "serin/internal/v1/bundle.pb.h"

namespace serin {

// Writes an input for each feature, and what becomes of them. Returns the name of the estimator's
// inputs, rows x inputs. UNIMPLEMENTED, naming the feature, as ExportOnnx says.
absl::StatusOr<std::string> WriteOnnxPipeline(const internal::v1::Predictor& predictor,
                                              OnnxWriter* writer);

}  // namespace serin

#endif  // SERIN_CORE_INTERCHANGE_ONNX_WRITE_PIPELINE_H_
