#include <string>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "server/proxy/json/tfs_predict.h"

namespace serin {
namespace {

using json = nlohmann::ordered_json;

absl::string_view DtypeOf(v1::ColumnType type) {
  switch (type) {
    case v1::COLUMN_TYPE_BOOLEAN:
      return "DT_BOOL";
    case v1::COLUMN_TYPE_CATEGORY:
    case v1::COLUMN_TYPE_TEXT:
      return "DT_STRING";
    default:
      return "DT_DOUBLE";
  }
}

json Dimension(int64_t size) { return {{"size", absl::StrCat(size)}, {"name", ""}}; }

json TensorInfo(absl::string_view name, absl::string_view dtype, json dimensions) {
  return {{"name", std::string(name)},
          {"dtype", std::string(dtype)},
          {"tensor_shape", {{"dim", std::move(dimensions)}, {"unknown_rank", false}}}};
}

json OutputsOf(const v1::ModelVersion& version) {
  const json batch = json::array({Dimension(-1)});
  if (version.task() != v1::TASK_CLASSIFICATION) {
    return {{"value", TensorInfo("value", "DT_DOUBLE", batch)}};
  }
  const json per_class = json::array({Dimension(-1), Dimension(version.classes_size())});
  return {{"label", TensorInfo("label", "DT_STRING", batch)},
          {"probabilities", TensorInfo("probabilities", "DT_DOUBLE", per_class)}};
}

}  // namespace

json ToTfsStatus(const std::vector<v1::ModelVersion>& versions) {
  json out = json::array();
  for (const v1::ModelVersion& version : versions) {
    out.push_back({{"version", absl::StrCat(version.version())},
                   {"state", "AVAILABLE"},
                   {"status", {{"error_code", "OK"}, {"error_message", ""}}}});
  }
  return {{"model_version_status", std::move(out)}};
}

json ToTfsMetadata(absl::string_view model, const v1::ModelVersion& version) {
  json inputs = json::object();
  for (const v1::ColumnSchema& feature : version.features().columns()) {
    inputs[feature.name()] =
        TensorInfo(feature.name(), DtypeOf(feature.type()), json::array({Dimension(-1)}));
  }
  const json signature = {{"inputs", std::move(inputs)},
                          {"outputs", OutputsOf(version)},
                          {"method_name", "tensorflow/serving/predict"}};
  return {{"model_spec",
           {{"name", std::string(model)},
            {"signature_name", ""},
            {"version", absl::StrCat(version.version())}}},
          {"metadata", {{"signature_def", {{"signature_def", {{"serving_default", signature}}}}}}}};
}

}  // namespace serin
