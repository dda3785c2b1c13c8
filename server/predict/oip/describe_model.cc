#include "server/predict/oip/describe_model.h"

#include <cstdint>
#include <vector>

#include "server/predict/decode_rows.h"
#include "server/predict/oip/decode_tensors.h"
#include "server/predict/oip/encode_outputs.h"

namespace serin {
namespace {

constexpr char kPlatform[] = "serin";
constexpr int64_t kRows = -1;

using TensorMetadata = inference::ModelMetadataResponse::TensorMetadata;

Datatype DatatypeOf(Output output) {
  return output == Output::kLabel || output == Output::kClasses ? Datatype::kBytes
                                                                : Datatype::kFp64;
}

// Of one row's part of an output.
std::vector<int64_t> DimensionsOf(Output output, const internal::v1::Predictor& model) {
  if (output == Output::kProbabilities) return {model.classes_size()};
  return {};
}

void Describe(absl::string_view name, Datatype datatype, const std::vector<int64_t>& dimensions,
              TensorMetadata* tensor) {
  tensor->set_name(std::string(name));
  tensor->set_datatype(std::string(NameOf(datatype)));
  tensor->add_shape(kRows);
  for (const int64_t size : dimensions) tensor->add_shape(size);
}

}  // namespace

inference::ModelMetadataResponse MetadataOf(const std::string& name,
                                            const internal::v1::Predictor& model) {
  inference::ModelMetadataResponse metadata;
  metadata.set_name(name);
  metadata.set_platform(kPlatform);
  for (const v1::ColumnSchema& feature : model.features().columns()) {
    Describe(feature.name(), DatatypeFor(feature.type()), {1}, metadata.add_inputs());
  }
  for (const Output output : DefaultOutputs(model)) {
    Describe(NameOf(output), DatatypeOf(output), DimensionsOf(output, model),
             metadata.add_outputs());
  }
  return metadata;
}

inference::ModelConfig ConfigOf(const std::string& name, const internal::v1::Predictor& model) {
  inference::ModelConfig config;
  config.set_name(name);
  config.set_platform(kPlatform);
  config.set_backend(kPlatform);
  config.mutable_version_policy()->mutable_all();
  config.set_max_batch_size(static_cast<int32_t>(kMaxPredictRows));
  for (const v1::ColumnSchema& feature : model.features().columns()) {
    inference::ModelInput& input = *config.add_input();
    input.set_name(feature.name());
    input.set_data_type(ConfigTypeOf(DatatypeFor(feature.type())));
    input.add_dims(1);
  }
  for (const Output output : DefaultOutputs(model)) {
    inference::ModelOutput& described = *config.add_output();
    described.set_name(std::string(NameOf(output)));
    described.set_data_type(ConfigTypeOf(DatatypeOf(output)));
    for (const int64_t size : DimensionsOf(output, model)) described.add_dims(size);
  }
  return config;
}

}  // namespace serin
