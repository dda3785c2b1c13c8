#include "core/learn/hyperparameters.h"

#include <cmath>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/learn/suggestion.h"
#include "core/table/value_parser.h"

namespace serin {
namespace {

using google::protobuf::Value;

constexpr size_t kMaxShownName = 64;

std::string FieldOf(absl::string_view name) {
  return absl::StrCat("hyperparameters.", Utf8Prefix(name, kMaxShownName));
}

const v1::Hyperparameter* Find(const v1::Algorithm& algorithm, absl::string_view name) {
  for (const v1::Hyperparameter& parameter : algorithm.hyperparameters()) {
    if (parameter.name() == name) return &parameter;
  }
  return nullptr;
}

absl::Status Unknown(const std::string& name, const v1::Algorithm& algorithm) {
  std::vector<std::string> known;
  for (const v1::Hyperparameter& parameter : algorithm.hyperparameters()) {
    known.push_back(parameter.name());
  }
  return InvalidField(FieldOf(name),
                      absl::StrCat("is no hyperparameter of ", algorithm.name(), "; there are ",
                                   absl::StrJoin(known, ", "), DidYouMean(name, known)));
}

bool InRange(double value, const v1::Hyperparameter& parameter) {
  const bool above = parameter.min_exclusive() ? value > parameter.min() : value >= parameter.min();
  return above && value <= parameter.max();
}

std::string DescribeRange(const v1::Hyperparameter& parameter) {
  return absl::StrCat("must be ", parameter.min_exclusive() ? "greater than " : "at least ",
                      FormatNumber(parameter.min()), " and at most ",
                      FormatNumber(parameter.max()));
}

absl::Status CheckValue(const Value& value, const v1::Hyperparameter& parameter) {
  const std::string field = FieldOf(parameter.name());
  if (value.kind_case() != Value::kNumberValue) return InvalidField(field, "must be a number");
  const double number = value.number_value();
  if (!InRange(number, parameter)) {
    return InvalidField(field,
                        absl::StrCat(DescribeRange(parameter), ", is ", FormatNumber(number)));
  }
  if (parameter.type() == v1::Hyperparameter::TYPE_INTEGER && number != std::floor(number)) {
    return InvalidField(field, absl::StrCat("must be a whole number, is ", FormatNumber(number)));
  }
  return absl::OkStatus();
}

v1::Hyperparameter Describe(absl::string_view name, absl::string_view description,
                            double default_value, const Range& range) {
  v1::Hyperparameter parameter;
  parameter.set_name(std::string(name));
  parameter.set_description(std::string(description));
  parameter.mutable_default_value()->set_number_value(default_value);
  parameter.set_min(range.min);
  parameter.set_max(range.max);
  parameter.set_min_exclusive(range.min_exclusive);
  return parameter;
}

}  // namespace

v1::Hyperparameter NumberParameter(absl::string_view name, absl::string_view description,
                                   double default_value, const Range& range) {
  v1::Hyperparameter parameter = Describe(name, description, default_value, range);
  parameter.set_type(v1::Hyperparameter::TYPE_NUMBER);
  return parameter;
}

v1::Hyperparameter IntegerParameter(absl::string_view name, absl::string_view description,
                                    double default_value, const Range& range) {
  v1::Hyperparameter parameter = Describe(name, description, default_value, range);
  parameter.set_type(v1::Hyperparameter::TYPE_INTEGER);
  return parameter;
}

absl::StatusOr<google::protobuf::Struct> ResolveHyperparameters(
    const google::protobuf::Struct& given, const v1::Algorithm& algorithm) {
  google::protobuf::Struct resolved;
  for (const v1::Hyperparameter& parameter : algorithm.hyperparameters()) {
    (*resolved.mutable_fields())[parameter.name()] = parameter.default_value();
  }
  for (const auto& [name, value] : given.fields()) {
    const v1::Hyperparameter* parameter = Find(algorithm, name);
    if (parameter == nullptr) return Unknown(name, algorithm);
    SERIN_RETURN_IF_ERROR(CheckValue(value, *parameter));
    (*resolved.mutable_fields())[name] = value;
  }
  return resolved;
}

}  // namespace serin
