#include "core/learn/hyperparameter_check.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

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

bool InRange(double value, const v1::Hyperparameter& parameter) {
  const bool above = parameter.min_exclusive() ? value > parameter.min() : value >= parameter.min();
  return above && value <= parameter.max();
}

std::string DescribeRange(const v1::Hyperparameter& parameter) {
  return absl::StrCat("must be ", parameter.min_exclusive() ? "greater than " : "at least ",
                      FormatNumber(parameter.min()), " and at most ",
                      FormatNumber(parameter.max()));
}

absl::Status CheckNumber(const std::string& field, const Value& value,
                         const v1::Hyperparameter& parameter, bool whole) {
  if (value.kind_case() != Value::kNumberValue) return InvalidField(field, "must be a number");
  const double number = value.number_value();
  if (!InRange(number, parameter)) {
    return InvalidField(field,
                        absl::StrCat(DescribeRange(parameter), ", is ", FormatNumber(number)));
  }
  if (whole && number != std::floor(number)) {
    return InvalidField(field, absl::StrCat("must be a whole number, is ", FormatNumber(number)));
  }
  return absl::OkStatus();
}

absl::Status CheckBoolean(const std::string& field, const Value& value) {
  if (value.kind_case() == Value::kBoolValue) return absl::OkStatus();
  return InvalidField(field, "must be true or false");
}

absl::Status CheckChoice(const std::string& field, const Value& value,
                         const v1::Hyperparameter& parameter) {
  const auto& choices = parameter.choices();
  const std::string must_be = absl::StrCat("must be one of ", absl::StrJoin(choices, ", "));
  if (value.kind_case() != Value::kStringValue) return InvalidField(field, must_be);
  const std::string& given = value.string_value();
  if (std::find(choices.begin(), choices.end(), given) != choices.end()) return absl::OkStatus();
  return InvalidField(
      field,
      absl::StrCat(must_be, ", is ", QuoteForError(given, kMaxShownName),
                   DidYouMean(given, std::vector<std::string>(choices.begin(), choices.end()))));
}

absl::Status CheckList(const std::string& field, const Value& value,
                       const v1::Hyperparameter& parameter) {
  if (value.kind_case() != Value::kListValue) {
    return InvalidField(field, "must be a list of whole numbers");
  }
  const auto& values = value.list_value().values();
  if (values.size() > parameter.max_entries()) {
    return InvalidField(field, absl::StrCat("must have at most ", parameter.max_entries(),
                                            " entries, has ", values.size()));
  }
  for (int i = 0; i < values.size(); ++i) {
    SERIN_RETURN_IF_ERROR(
        CheckNumber(absl::StrCat(field, "[", i, "]"), values[i], parameter, /*whole=*/true));
  }
  return absl::OkStatus();
}

absl::Status CheckMap(const std::string& field, const Value& value,
                      const v1::Hyperparameter& parameter) {
  if (value.kind_case() != Value::kStructValue) {
    return InvalidField(field, "must be an object of names and numbers");
  }
  for (const auto& [key, number] : value.struct_value().fields()) {
    SERIN_RETURN_IF_ERROR(CheckNumber(absl::StrCat(field, ".", Utf8Prefix(key, kMaxShownName)),
                                      number, parameter, /*whole=*/false));
  }
  return absl::OkStatus();
}

}  // namespace

std::string HyperparameterField(absl::string_view name) {
  return absl::StrCat("hyperparameters.", Utf8Prefix(name, kMaxShownName));
}

absl::Status CheckHyperparameter(const Value& value, const v1::Hyperparameter& parameter) {
  const std::string field = HyperparameterField(parameter.name());
  switch (parameter.type()) {
    case v1::Hyperparameter::TYPE_NUMBER:
      return CheckNumber(field, value, parameter, /*whole=*/false);
    case v1::Hyperparameter::TYPE_INTEGER:
      return CheckNumber(field, value, parameter, /*whole=*/true);
    case v1::Hyperparameter::TYPE_BOOLEAN:
      return CheckBoolean(field, value);
    case v1::Hyperparameter::TYPE_STRING:
      return CheckChoice(field, value, parameter);
    case v1::Hyperparameter::TYPE_INTEGER_LIST:
      return CheckList(field, value, parameter);
    case v1::Hyperparameter::TYPE_NUMBER_MAP:
      return CheckMap(field, value, parameter);
    default:
      return absl::InternalError(absl::StrCat(field, " is described without a type"));
  }
}

}  // namespace serin
