#include "server/proxy/json/oip_infer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "server/proxy/json/json_columns.h"
#include "server/proxy/json/json_text.h"
#include "server/proxy/json/oip_tensor.h"

namespace serin {
namespace {

using nlohmann::json;

absl::Status TakeId(const json& body, OipRequest* request) {
  const auto id = body.find("id");
  if (id == body.end() || id->is_null()) return absl::OkStatus();
  if (!id->is_string()) {
    return InvalidField("id", absl::StrCat("must be a string, is ", JsonTypeName(*id)));
  }
  request->id = id->get<std::string>();
  return absl::OkStatus();
}

absl::Status TakeOutputs(const json& body, OipRequest* request) {
  const auto outputs = body.find("outputs");
  if (outputs == body.end() || outputs->is_null()) return absl::OkStatus();
  if (!outputs->is_array()) {
    return InvalidField("outputs", absl::StrCat("must be a list, is ", JsonTypeName(*outputs)));
  }
  for (size_t i = 0; i < outputs->size(); ++i) {
    const json& output = (*outputs)[i];
    const auto name = output.is_object() ? output.find("name") : output.end();
    if (name == output.end() || !name->is_string()) {
      return InvalidField(absl::StrCat("outputs[", i, "]"), "must be an object with a name");
    }
    request->outputs.push_back(name->get<std::string>());
  }
  return absl::OkStatus();
}

absl::Status WrongType(const std::string& where, const v1::ColumnSchema& feature) {
  return InvalidField(
      where, absl::StrCat("is a number where the model's feature ", QuoteForError(feature.name()),
                          " takes text; send one tensor for each feature, this "
                          "one as BYTES"));
}

absl::Status TakeMatrix(const OipTensor& tensor, const v1::ModelVersion& version,
                        v1::PredictRequest* request) {
  const auto& features = version.features().columns();
  if (tensor.columns != features.size()) {
    return InvalidField(
        absl::StrCat(tensor.where, ".shape"),
        absl::StrCat("must be [rows, ", features.size(),
                     "], one column for each of the model's features, has ", tensor.columns));
  }
  for (int i = 0; i < features.size(); ++i) {
    const v1::ColumnSchema& feature = features[i];
    const bool takes_text = OipDatatypeOf(feature.type()) == "BYTES";
    if (takes_text && tensor.kind != OipTensor::Kind::kStrings) {
      return WrongType(absl::StrCat(tensor.where, ".data[", i, "]"), feature);
    }
    *request->add_columns() = ColumnOf(tensor, i, feature.name(), feature.type());
  }
  return absl::OkStatus();
}

absl::Status CheckIsOneFeature(const OipTensor& tensor) {
  if (!tensor.is_matrix) return absl::OkStatus();
  return InvalidField(absl::StrCat(tensor.where, ".shape"),
                      "must be [rows] or [rows, 1] where there is one tensor for each feature");
}

bool NeedsFeatures(const json& inputs) {
  if (inputs.size() != 1 || !inputs[0].is_object()) return false;
  const auto shape = inputs[0].find("shape");
  return shape != inputs[0].end() && shape->is_array() && shape->size() == 2 && (*shape)[1] != 1;
}

}  // namespace

absl::StatusOr<OipRequest> ParseOipRequest(absl::string_view text, int max_json_depth) {
  SERIN_ASSIGN_OR_RETURN(json body, ParseJson(text, max_json_depth));
  if (!body.is_object()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the body must be an object with \"inputs\", is ", JsonTypeName(body)));
  }
  OipRequest request;
  SERIN_RETURN_IF_ERROR(TakeId(body, &request));
  SERIN_RETURN_IF_ERROR(TakeOutputs(body, &request));
  const auto inputs = body.find("inputs");
  if (inputs == body.end() || !inputs->is_array() || inputs->empty()) {
    return InvalidField("inputs", "must be a list of one tensor or more");
  }
  request.inputs = std::move(*inputs);
  request.needs_features = NeedsFeatures(request.inputs);
  return request;
}

absl::StatusOr<v1::PredictRequest> FromOipRequest(const OipRequest& request,
                                                  absl::string_view model,
                                                  const v1::ModelVersion& version) {
  v1::PredictRequest out;
  out.set_model(std::string(model));
  for (size_t i = 0; i < request.inputs.size(); ++i) {
    SERIN_ASSIGN_OR_RETURN(const OipTensor tensor,
                           ParseOipTensor(request.inputs[i], absl::StrCat("inputs[", i, "]")));
    if (request.needs_features) {
      SERIN_RETURN_IF_ERROR(TakeMatrix(tensor, version, &out));
    } else {
      SERIN_RETURN_IF_ERROR(CheckIsOneFeature(tensor));
      *out.add_columns() = ColumnOf(tensor, 0, tensor.name, v1::COLUMN_TYPE_UNSPECIFIED);
    }
  }
  UseRowsForUntypedColumns(&out);
  return out;
}

}  // namespace serin
