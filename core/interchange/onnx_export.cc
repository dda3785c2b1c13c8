#include "core/interchange/onnx_export.h"

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/base/version.h"
#include "core/interchange/import.h"
#include "core/interchange/onnx_write_estimator.h"
#include "core/interchange/onnx_write_pipeline.h"
#include "core/interchange/onnx_writer.h"

namespace serin {
namespace {

// Of ONNX 1.8, of 2020.
constexpr int64_t kIrVersion = 7;
constexpr int64_t kOpset = 13;
constexpr int64_t kMlOpset = 2;

// A name may stand for one value only.
absl::Status CheckNames(const v1::Schema& features) {
  for (const v1::ColumnSchema& column : features.columns()) {
    const std::string& name = column.name();
    if (name != kOnnxLabel && name != kOnnxProbability && name != kOnnxVariable &&
        !absl::StartsWith(name, kOnnxNamePrefix)) {
      continue;
    }
    return absl::UnimplementedError(absl::StrCat("ONNX: the feature ", QuoteForError(name),
                                                 " is called as other values of the file are"));
  }
  return absl::OkStatus();
}

void AddOpset(const char* domain, int64_t version, onnx::ModelProto* model) {
  onnx::OperatorSetIdProto& opset = *model->add_opset_import();
  opset.set_domain(domain);
  opset.set_version(version);
}

void AddOutputs(const internal::v1::Predictor& predictor, OnnxWriter* writer) {
  if (predictor.task() == v1::TASK_REGRESSION) {
    writer->Output(std::string(kOnnxVariable), onnx::TensorProto::FLOAT, 1);
    return;
  }
  writer->Output(std::string(kOnnxLabel), onnx::TensorProto::STRING, 0);
  writer->Output(std::string(kOnnxProbability), onnx::TensorProto::FLOAT, predictor.classes_size());
}

}  // namespace

absl::StatusOr<std::string> ExportOnnx(const internal::v1::Predictor& predictor) {
  SERIN_RETURN_IF_ERROR(CheckNames(predictor.features()));
  onnx::ModelProto model;
  model.set_ir_version(kIrVersion);
  model.set_producer_name("serin");
  model.set_producer_version(std::string(Version()));
  AddOpset("", kOpset, &model);
  AddOpset("ai.onnx.ml", kMlOpset, &model);
  model.mutable_graph()->set_name(predictor.target().name());
  OnnxWriter writer(model.mutable_graph());
  SERIN_ASSIGN_OR_RETURN(const std::string inputs, WriteOnnxPipeline(predictor, &writer));
  SERIN_RETURN_IF_ERROR(WriteOnnxEstimator(predictor, inputs, &writer));
  AddOutputs(predictor, &writer);
  // Else nothing would be written, and nobody told.
  if (model.ByteSizeLong() <= kMaxImportBytes) return model.SerializeAsString();
  return absl::ResourceExhaustedError(absl::StrCat("ONNX: the file would have ",
                                                   model.ByteSizeLong(), " bytes; at most ",
                                                   kMaxImportBytes, " are allowed"));
}

}  // namespace serin
