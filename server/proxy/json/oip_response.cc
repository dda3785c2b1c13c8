#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/utf8.h"
#include "server/proxy/json/oip_infer.h"
#include "server/proxy/json/oip_tensor.h"

namespace serin {
namespace {

using json = nlohmann::ordered_json;

json Tensor(const char* name, const char* datatype, json shape, json data) {
  return {{"name", name},
          {"datatype", datatype},
          {"shape", std::move(shape)},
          {"data", std::move(data)}};
}

json ClassesTensor(const v1::PredictResponse& response) {
  return Tensor("classes", "BYTES", json::array({response.classes_size()}),
                std::vector<std::string>(response.classes().begin(), response.classes().end()));
}

// All outputs there are, in order.
std::vector<json> OutputsOf(const v1::PredictResponse& response) {
  const int rows = response.predictions_size();
  json labels = json::array();
  json values = json::array();
  json probabilities = json::array();
  for (const v1::Prediction& prediction : response.predictions()) {
    labels.push_back(prediction.label());
    values.push_back(prediction.value());
    for (const double probability : prediction.probabilities()) {
      probabilities.push_back(probability);
    }
  }
  if (response.classes().empty()) {
    return {Tensor("value", "FP64", json::array({rows}), std::move(values))};
  }
  return {Tensor("label", "BYTES", json::array({rows}), std::move(labels)),
          Tensor("probabilities", "FP64", json::array({rows, response.classes_size()}),
                 std::move(probabilities)),
          ClassesTensor(response)};
}

absl::StatusOr<json> Selected(const std::vector<json>& outputs,
                              const std::vector<std::string>& names) {
  json selected = json::array();
  for (const std::string& name : names) {
    const auto it = std::find_if(outputs.begin(), outputs.end(),
                                 [&](const json& output) { return output["name"] == name; });
    if (it == outputs.end()) {
      return InvalidField("outputs", absl::StrCat("there is no output ", QuoteForError(name),
                                                  "; a classifier has label, probabilities and "
                                                  "classes, a regression value"));
    }
    selected.push_back(*it);
  }
  return selected;
}

json MetadataTensor(const std::string& name, const std::string& datatype, json shape) {
  return {{"name", name}, {"datatype", datatype}, {"shape", std::move(shape)}};
}

json MetadataOutputs(const v1::ModelVersion& version) {
  if (version.task() != v1::TASK_CLASSIFICATION) {
    return json::array({MetadataTensor("value", "FP64", json::array({-1}))});
  }
  return json::array(
      {MetadataTensor("label", "BYTES", json::array({-1})),
       MetadataTensor("probabilities", "FP64", json::array({-1, version.classes_size()}))});
}

}  // namespace

absl::StatusOr<json> ToOipResponse(const OipRequest& request, absl::string_view model,
                                   const v1::PredictResponse& response) {
  std::vector<std::string> wanted = request.outputs;
  if (wanted.empty()) {
    wanted = response.classes().empty() ? std::vector<std::string>{"value"}
                                        : std::vector<std::string>{"label", "probabilities"};
  }
  absl::StatusOr<json> outputs = Selected(OutputsOf(response), wanted);
  if (!outputs.ok()) return outputs.status();
  const std::string& version = response.model_version();
  json out = {{"model_name", std::string(model)},
              {"model_version", version.substr(version.rfind('/') + 1)}};
  if (!request.id.empty()) out["id"] = request.id;
  out["outputs"] = *std::move(outputs);
  return out;
}

json ToOipMetadata(absl::string_view model, const std::vector<v1::ModelVersion>& versions,
                   const v1::ModelVersion& version) {
  json numbers = json::array();
  for (const v1::ModelVersion& each : versions) numbers.push_back(absl::StrCat(each.version()));
  json inputs = json::array();
  for (const v1::ColumnSchema& feature : version.features().columns()) {
    inputs.push_back(
        MetadataTensor(feature.name(), OipDatatypeOf(feature.type()), json::array({-1})));
  }
  return {{"name", std::string(model)},
          {"versions", std::move(numbers)},
          {"platform", "serin"},
          {"inputs", std::move(inputs)},
          {"outputs", MetadataOutputs(version)}};
}

}  // namespace serin
