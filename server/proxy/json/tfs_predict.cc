#include "server/proxy/json/tfs_predict.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "nlohmann/json.hpp"
#include "server/proxy/json/json_columns.h"
#include "server/proxy/json/json_text.h"

namespace serin {
namespace {

using google::protobuf::Value;
using nlohmann::json;

// A feature of one instance. TensorFlow's clients also write [v] for a tensor of shape [1].
absl::Status ToValue(const json& from, const std::string& where, Value* to) {
  if (from.is_array() && from.size() == 1) return ToValue(from[0], where, to);
  if (from.is_null()) {
    to->set_null_value(google::protobuf::NULL_VALUE);
  } else if (from.is_boolean()) {
    to->set_bool_value(from.get<bool>());
  } else if (from.is_number()) {
    to->set_number_value(from.get<double>());
  } else if (from.is_string()) {
    to->set_string_value(from.get_ref<const std::string&>());
  } else {
    return InvalidField(
        where,
        absl::StrCat("must be a number, a string, a truth value or null, is ", JsonTypeName(from)));
  }
  return absl::OkStatus();
}

absl::Status ToRowByName(const json& instance, const std::string& where, v1::Row* row) {
  for (const auto& [name, value] : instance.items()) {
    SERIN_RETURN_IF_ERROR(
        ToValue(value, absl::StrCat(where, ".", name), &(*row->mutable_features())[name]));
  }
  return absl::OkStatus();
}

absl::Status ToRowByOrder(const json& instance, const std::string& where,
                          const std::vector<std::string>& features, v1::Row* row) {
  const json values = instance.is_array() ? instance : json::array({instance});
  if (values.size() != features.size()) {
    return InvalidField(where, absl::StrCat("must have one value for each of the model's ",
                                            features.size(), " features, has ", values.size()));
  }
  for (size_t i = 0; i < features.size(); ++i) {
    SERIN_RETURN_IF_ERROR(ToValue(values[i], absl::StrCat(where, "[", i, "]"),
                                  &(*row->mutable_features())[features[i]]));
  }
  return absl::OkStatus();
}

absl::Status TakeInstances(const json& instances, const std::vector<std::string>& features,
                           v1::PredictRequest* request) {
  if (!instances.is_array() || instances.empty()) {
    return InvalidField("instances", "must be a list of one instance or more");
  }
  request->mutable_rows()->Reserve(static_cast<int>(instances.size()));
  for (size_t i = 0; i < instances.size(); ++i) {
    const std::string where = absl::StrCat("instances[", i, "]");
    v1::Row* const row = request->add_rows();
    SERIN_RETURN_IF_ERROR(instances[i].is_object()
                              ? ToRowByName(instances[i], where, row)
                              : ToRowByOrder(instances[i], where, features, row));
  }
  return absl::OkStatus();
}

absl::Status TakeInputs(const json& inputs, v1::PredictRequest* request) {
  if (!inputs.is_object() || inputs.empty()) {
    return InvalidField("inputs", "must be an object with a list of values for each feature");
  }
  for (const auto& [name, values] : inputs.items()) {
    const std::string where = absl::StrCat("inputs.", name);
    if (!values.is_array()) {
      return InvalidField(where,
                          absl::StrCat("must be a list of values, is ", JsonTypeName(values)));
    }
    SERIN_ASSIGN_OR_RETURN(*request->add_columns(), ColumnFromJson(name, values, where));
  }
  UseRowsForUntypedColumns(request);
  return absl::OkStatus();
}

absl::StatusOr<TfsFormat> FormatOf(const json& request) {
  if (!request.is_object()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the body must be an object with \"instances\" or \"inputs\", is ", JsonTypeName(request)));
  }
  for (const auto& [name, value] : request.items()) {
    if (name != "instances" && name != "inputs" && name != "signature_name") {
      return InvalidField(QuoteForError(name),
                          "is not a member of a predict request; those are \"instances\", "
                          "\"inputs\" and \"signature_name\"");
    }
  }
  if (request.contains("instances") == request.contains("inputs")) {
    return absl::InvalidArgumentError(
        "the body must have exactly one of \"instances\" and \"inputs\"");
  }
  return request.contains("instances") ? TfsFormat::kRows : TfsFormat::kColumns;
}

bool NeedsFeatures(const json& request) {
  const auto instances = request.find("instances");
  if (instances == request.end() || !instances->is_array()) return false;
  for (const json& instance : *instances) {
    if (!instance.is_object()) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<TfsRequest> ParseTfsRequest(absl::string_view text, int max_json_depth) {
  TfsRequest request;
  SERIN_ASSIGN_OR_RETURN(request.body, ParseJson(text, max_json_depth));
  SERIN_ASSIGN_OR_RETURN(request.format, FormatOf(request.body));
  request.needs_features = NeedsFeatures(request.body);
  return request;
}

absl::StatusOr<v1::PredictRequest> FromTfsRequest(const TfsRequest& request,
                                                  absl::string_view model,
                                                  const std::vector<std::string>& features) {
  v1::PredictRequest out;
  out.set_model(std::string(model));
  SERIN_RETURN_IF_ERROR(request.format == TfsFormat::kRows
                            ? TakeInstances(request.body["instances"], features, &out)
                            : TakeInputs(request.body["inputs"], &out));
  return out;
}

}  // namespace serin
