#include "core/learn/hyperparameters.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/learn/hyperparameter_check.h"
#include "core/learn/suggestion.h"

namespace serin {
namespace {

using google::protobuf::Struct;
using google::protobuf::Value;
using Names = google::protobuf::RepeatedPtrField<std::string>;

constexpr size_t kMaxShownName = 64;

const v1::Hyperparameter* Find(const v1::Algorithm& algorithm, absl::string_view name) {
  for (const v1::Hyperparameter& parameter : algorithm.hyperparameters()) {
    if (parameter.name() == name) return &parameter;
  }
  return nullptr;
}

absl::Status Unknown(const std::string& name, const v1::Algorithm& algorithm) {
  const std::string field = HyperparameterField(name);
  if (algorithm.hyperparameters().empty()) {
    return InvalidField(field, absl::StrCat(algorithm.name(), " has no hyperparameters"));
  }
  std::vector<std::string> known;
  for (const v1::Hyperparameter& parameter : algorithm.hyperparameters()) {
    known.push_back(parameter.name());
  }
  return InvalidField(field,
                      absl::StrCat("is no hyperparameter of ", algorithm.name(), "; there are ",
                                   absl::StrJoin(known, ", "), DidYouMean(name, known)));
}

absl::Status CheckKeys(const v1::Hyperparameter& parameter, const Struct& map, const Names& names,
                       absl::string_view what) {
  for (const auto& entry : map.fields()) {
    const std::string& key = entry.first;
    if (std::find(names.begin(), names.end(), key) != names.end()) continue;
    return InvalidField(
        HyperparameterField(parameter.name()),
        absl::StrCat(QuoteForError(key, kMaxShownName), " is not one of the ", what,
                     DidYouMean(key, std::vector<std::string>(names.begin(), names.end()))));
  }
  return absl::OkStatus();
}

absl::Status CheckAllKeys(const Struct& resolved, const v1::Algorithm& algorithm,
                          v1::Hyperparameter::Keys keys, const Names& names,
                          absl::string_view what) {
  for (const v1::Hyperparameter& parameter : algorithm.hyperparameters()) {
    if (parameter.type() != v1::Hyperparameter::TYPE_NUMBER_MAP || parameter.keys() != keys) {
      continue;
    }
    const Struct& map = resolved.fields().at(parameter.name()).struct_value();
    SERIN_RETURN_IF_ERROR(CheckKeys(parameter, map, names, what));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Struct> ResolveHyperparameters(const Struct& given, const v1::Algorithm& algorithm) {
  Struct resolved;
  for (const v1::Hyperparameter& parameter : algorithm.hyperparameters()) {
    (*resolved.mutable_fields())[parameter.name()] = parameter.default_value();
  }
  for (const auto& [name, value] : given.fields()) {
    const v1::Hyperparameter* parameter = Find(algorithm, name);
    if (parameter == nullptr) return Unknown(name, algorithm);
    SERIN_RETURN_IF_ERROR(CheckHyperparameter(value, *parameter));
    (*resolved.mutable_fields())[name] = value;
  }
  return resolved;
}

absl::Status CheckFeatureKeys(const Struct& resolved, const v1::Algorithm& algorithm,
                              const Names& features) {
  return CheckAllKeys(resolved, algorithm, v1::Hyperparameter::KEYS_FEATURES, features, "features");
}

absl::Status CheckClassKeys(const Struct& resolved, const v1::Algorithm& algorithm,
                            const Names& classes) {
  return CheckAllKeys(resolved, algorithm, v1::Hyperparameter::KEYS_CLASSES, classes,
                      "target's classes");
}

std::vector<int> Hyperparameters::IntegerList(const std::string& name) const {
  std::vector<int> list;
  for (const Value& value : At(name).list_value().values()) {
    list.push_back(static_cast<int>(value.number_value()));
  }
  return list;
}

std::map<std::string, double> Hyperparameters::NumberMap(const std::string& name) const {
  std::map<std::string, double> map;
  for (const auto& [key, value] : At(name).struct_value().fields()) {
    map.emplace(key, value.number_value());
  }
  return map;
}

}  // namespace serin
