#include "server/proxy/json/oip_infer.h"

#include <cstdint>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "nlohmann/json.hpp"
#include "server/proxy/json/json_text.h"
#include "server/proxy/json/oip_tensor.h"

namespace serin {
namespace {

using inference::InferParameter;
using inference::ModelInferRequest;
using nlohmann::json;
using Parameters = google::protobuf::Map<std::string, InferParameter>;

constexpr char kBinaryOutputs[] = "binary_data_output";
constexpr char kBinaryOutput[] = "binary_data";

// Larger ones would come out negative.
bool IsInt64(const json& value) {
  return value.is_number_integer() &&
         (!value.is_number_unsigned() ||
          value.get<uint64_t>() <= uint64_t{std::numeric_limits<int64_t>::max()});
}

absl::StatusOr<InferParameter> ParameterOf(const json& value, const std::string& where) {
  InferParameter parameter;
  if (value.is_boolean()) {
    parameter.set_bool_param(value.get<bool>());
  } else if (IsInt64(value)) {
    parameter.set_int64_param(value.get<int64_t>());
  } else if (value.is_number()) {
    parameter.set_double_param(value.get<double>());
  } else if (value.is_string()) {
    parameter.set_string_param(value.get<std::string>());
  } else {
    return InvalidField(where, absl::StrCat("must be a number, a string or a truth value, is ",
                                            JsonTypeName(value)));
  }
  return parameter;
}

absl::Status TakeParameters(const json& object, const std::string& prefix, Parameters* to) {
  const auto parameters = object.find("parameters");
  if (parameters == object.end() || parameters->is_null()) return absl::OkStatus();
  const std::string where = absl::StrCat(prefix, "parameters");
  if (!parameters->is_object()) {
    return InvalidField(where, absl::StrCat("must be an object, is ", JsonTypeName(*parameters)));
  }
  for (const auto& [name, value] : parameters->items()) {
    SERIN_ASSIGN_OR_RETURN((*to)[name], ParameterOf(value, absl::StrCat(where, ".", name)));
  }
  return absl::OkStatus();
}

// Takes a parameter that is about the body, and not for the predictor.
absl::StatusOr<std::optional<bool>> TakeSwitch(const char* name, const std::string& prefix,
                                               Parameters* parameters) {
  const auto it = parameters->find(name);
  if (it == parameters->end()) return std::nullopt;
  if (it->second.parameter_choice_case() != InferParameter::kBoolParam) {
    return InvalidField(absl::StrCat(prefix, "parameters.", name), "must be true or false");
  }
  const bool on = it->second.bool_param();
  parameters->erase(it);
  return on;
}

absl::Status TakeId(const json& body, ModelInferRequest* request) {
  const auto id = body.find("id");
  if (id == body.end() || id->is_null()) return absl::OkStatus();
  if (!id->is_string()) {
    return InvalidField("id", absl::StrCat("must be a string, is ", JsonTypeName(*id)));
  }
  request->set_id(id->get<std::string>());
  return absl::OkStatus();
}

absl::Status TakeOutput(const json& output, const std::string& where, OipRequest* request) {
  const auto name = output.is_object() ? output.find("name") : output.end();
  if (name == output.end() || !name->is_string()) {
    return InvalidField(where, "must be an object with a name");
  }
  auto& requested = *request->message.add_outputs();
  requested.set_name(name->get<std::string>());
  SERIN_RETURN_IF_ERROR(
      TakeParameters(output, absl::StrCat(where, "."), requested.mutable_parameters()));
  SERIN_ASSIGN_OR_RETURN(
      const std::optional<bool> binary,
      TakeSwitch(kBinaryOutput, absl::StrCat(where, "."), requested.mutable_parameters()));
  if (!binary) return absl::OkStatus();
  (*binary ? request->binary.named : request->binary.in_json).insert(requested.name());
  return absl::OkStatus();
}

absl::Status TakeOutputs(const json& body, OipRequest* request) {
  const auto outputs = body.find("outputs");
  if (outputs == body.end() || outputs->is_null()) return absl::OkStatus();
  if (!outputs->is_array()) {
    return InvalidField("outputs", absl::StrCat("must be a list, is ", JsonTypeName(*outputs)));
  }
  for (size_t i = 0; i < outputs->size(); ++i) {
    SERIN_RETURN_IF_ERROR(TakeOutput((*outputs)[i], absl::StrCat("outputs[", i, "]"), request));
  }
  return absl::OkStatus();
}

absl::Status TakeInputs(const json& body, absl::string_view binary, ModelInferRequest* request) {
  const auto inputs = body.find("inputs");
  if (inputs == body.end() || !inputs->is_array() || inputs->empty()) {
    return InvalidField("inputs", "must be a list of one tensor or more");
  }
  for (size_t i = 0; i < inputs->size(); ++i) {
    SERIN_RETURN_IF_ERROR(
        AddInputTensor((*inputs)[i], absl::StrCat("inputs[", i, "]"), &binary, request));
  }
  if (binary.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "the body must end with its last binary tensor, has ", binary.size(), " bytes behind it"));
}

// An output in JSON; its data behind it in `binary`, if that is to be.
absl::StatusOr<nlohmann::ordered_json> ShowOutput(
    const inference::ModelInferResponse::InferOutputTensor& output, const std::string& raw,
    bool as_bytes, std::string* binary) {
  nlohmann::ordered_json shown = {{"name", output.name()}, {"datatype", output.datatype()}};
  shown["shape"] = std::vector<int64_t>(output.shape().begin(), output.shape().end());
  if (as_bytes) {
    shown["parameters"] = {{"binary_data_size", raw.size()}};
    binary->append(raw);
  } else {
    SERIN_ASSIGN_OR_RETURN(shown["data"], OutputData(output, raw));
  }
  return shown;
}

nlohmann::ordered_json ShowParameters(const Parameters& parameters) {
  nlohmann::ordered_json shown = nlohmann::ordered_json::object();
  for (const auto& [name, value] : parameters) shown[name] = value.string_param();
  return shown;
}

HttpReply BinaryReply(const nlohmann::ordered_json& body, absl::string_view binary) {
  HttpReply reply = JsonReply(200, body);
  if (binary.empty()) return reply;
  reply.content_type = "application/octet-stream";
  reply.headers.Add("inference-header-content-length", absl::StrCat(reply.body.size()));
  reply.body.append(binary.data(), binary.size());
  return reply;
}

}  // namespace

absl::StatusOr<OipRequest> ParseOipRequest(absl::string_view body, std::optional<size_t> json_bytes,
                                           int max_json_depth) {
  const size_t text_bytes = json_bytes.value_or(body.size());
  if (text_bytes > body.size()) {
    return InvalidField(
        "inference-header-content-length",
        absl::StrCat("must be at most the bytes of the body, ", body.size(), ", is ", text_bytes));
  }
  SERIN_ASSIGN_OR_RETURN(const json parsed, ParseJson(body.substr(0, text_bytes), max_json_depth));
  if (!parsed.is_object()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the body must be an object with \"inputs\", is ", JsonTypeName(parsed)));
  }
  OipRequest request;
  SERIN_RETURN_IF_ERROR(TakeId(parsed, &request.message));
  SERIN_RETURN_IF_ERROR(TakeParameters(parsed, "", request.message.mutable_parameters()));
  SERIN_ASSIGN_OR_RETURN(const std::optional<bool> all_binary,
                         TakeSwitch(kBinaryOutputs, "", request.message.mutable_parameters()));
  request.binary.by_default = all_binary.value_or(false);
  SERIN_RETURN_IF_ERROR(TakeOutputs(parsed, &request));
  SERIN_RETURN_IF_ERROR(TakeInputs(parsed, body.substr(text_bytes), &request.message));
  return request;
}

absl::StatusOr<HttpReply> OipReply(absl::string_view response, const BinaryOutputs& binary) {
  inference::ModelInferResponse message;
  if (!message.ParseFromArray(response.data(), static_cast<int>(response.size())) ||
      message.raw_output_contents_size() != message.outputs_size()) {
    return absl::InternalError("the server's answer does not parse");
  }
  nlohmann::ordered_json body = {{"model_name", message.model_name()},
                                 {"model_version", message.model_version()}};
  if (!message.id().empty()) body["id"] = message.id();
  body["parameters"] = ShowParameters(message.parameters());
  body["outputs"] = nlohmann::ordered_json::array();
  std::string bytes;
  for (int i = 0; i < message.outputs_size(); ++i) {
    SERIN_ASSIGN_OR_RETURN(auto output,
                           ShowOutput(message.outputs(i), message.raw_output_contents(i),
                                      binary.contains(message.outputs(i).name()), &bytes));
    body["outputs"].push_back(std::move(output));
  }
  return BinaryReply(body, bytes);
}

}  // namespace serin
