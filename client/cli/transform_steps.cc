#include "client/cli/transform_steps.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "client/cli/step_arguments.h"
#include "core/base/status_macros.h"
#include "core/table/value_parser.h"
#include "google/protobuf/util/json_util.h"
#include "serin/v1/dataset.pb.h"

namespace serin {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

absl::Status Wrong(absl::string_view what) { return absl::InvalidArgumentError(what); }

// STRATEGY_MOST_FREQUENT -> most_frequent: every enum begins with its prefix and UNSPECIFIED.
std::string WordOf(const EnumValueDescriptor& value) {
  const std::string& first = value.type()->value(0)->name();
  const absl::string_view prefix = absl::StripSuffix(first, "UNSPECIFIED");
  return absl::AsciiStrToLower(absl::StripPrefix(value.name(), prefix));
}

std::string FieldNames(const Descriptor& message) {
  std::vector<absl::string_view> names;
  for (int i = 0; i < message.field_count(); ++i) names.push_back(message.field(i)->name());
  return absl::StrJoin(names, ", ");
}

// --- From text ------------------------------------------------------------------------------

// Puts one value where the field is, at its end where the field is repeated.
template <typename Value, typename Set, typename Add>
void Put(Message* message, const FieldDescriptor* field, Value value, Set set, Add add) {
  const google::protobuf::Reflection& reflection = *message->GetReflection();
  if (field->is_repeated()) {
    (reflection.*add)(message, field, std::move(value));
  } else {
    (reflection.*set)(message, field, std::move(value));
  }
}

using Reflection = google::protobuf::Reflection;

absl::Status NotA(absl::string_view what, const FieldDescriptor& field, absl::string_view text) {
  return Wrong(absl::StrCat(field.name(), " must be ", what, ", is '", text, "'"));
}

absl::Status PutEnum(Message* message, const FieldDescriptor* field, absl::string_view text) {
  std::vector<std::string> words;
  for (int i = 1; i < field->enum_type()->value_count(); ++i) {
    const EnumValueDescriptor* value = field->enum_type()->value(i);
    words.push_back(WordOf(*value));
    if (words.back() != text) continue;
    message->GetReflection()->SetEnum(message, field, value);
    return absl::OkStatus();
  }
  return NotA(absl::StrCat("one of ", absl::StrJoin(words, ", ")), *field, text);
}

template <typename Integer, typename Set, typename Add>
absl::Status PutInteger(Message* message, const FieldDescriptor* field, absl::string_view text,
                        Set set, Add add) {
  Integer value = 0;
  if (!absl::SimpleAtoi(text, &value)) return NotA("a whole number", *field, text);
  Put(message, field, value, set, add);
  return absl::OkStatus();
}

absl::Status PutSortKey(Message* message, const FieldDescriptor* field, const StepItem& item) {
  auto* key = static_cast<v1::TransformStep::Sort::Key*>(
      message->GetReflection()->AddMessage(message, field));
  absl::string_view column = item.text;
  if (item.begins_bare) key->set_descending(absl::ConsumePrefix(&column, "-"));
  key->set_column(std::string(column));
  return absl::OkStatus();
}

absl::Status PutItem(Message* message, const FieldDescriptor* field, const StepItem& item) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_ENUM:
      return PutEnum(message, field, item.text);
    case FieldDescriptor::CPPTYPE_INT32:
      return PutInteger<int32_t>(message, field, item.text, &Reflection::SetInt32,
                                 &Reflection::AddInt32);
    case FieldDescriptor::CPPTYPE_INT64:
      return PutInteger<int64_t>(message, field, item.text, &Reflection::SetInt64,
                                 &Reflection::AddInt64);
    case FieldDescriptor::CPPTYPE_UINT64:
      return PutInteger<uint64_t>(message, field, item.text, &Reflection::SetUInt64,
                                  &Reflection::AddUInt64);
    case FieldDescriptor::CPPTYPE_DOUBLE: {
      const auto number = ParseNumber(item.text);
      if (!number) return NotA("a number", *field, item.text);
      Put(message, field, *number, &Reflection::SetDouble, &Reflection::AddDouble);
      return absl::OkStatus();
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return PutSortKey(message, field, item);
    default:
      Put(message, field, item.text, &Reflection::SetString, &Reflection::AddString);
      return absl::OkStatus();
  }
}

absl::Status PutArgument(const StepArgument& argument, const FieldDescriptor* field,
                         Message* message) {
  if (field->is_repeated()) {
    for (const StepItem& item : argument.items) {
      SERIN_RETURN_IF_ERROR(PutItem(message, field, item));
    }
    return absl::OkStatus();
  }
  // Commas are a part of a value where there is but one.
  const std::string text = absl::StrJoin(
      argument.items, ",",
      [](std::string* out, const StepItem& item) { absl::StrAppend(out, item.text); });
  return PutItem(message, field, {text, argument.items[0].begins_bare});
}

absl::Status PutArguments(const std::vector<StepArgument>& arguments, Message* message) {
  const Descriptor& type = *message->GetDescriptor();
  std::vector<const FieldDescriptor*> given;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& name = arguments[i].name;
    if (name.empty() && i > 0) {
      return Wrong(absl::StrCat("'", arguments[i].items[0].text,
                                "' must be of the form FIELD=VALUE, where FIELD is one of ",
                                FieldNames(type)));
    }
    const FieldDescriptor* field = name.empty() ? type.field(0) : type.FindFieldByName(name);
    if (field == nullptr) {
      return Wrong(
          absl::StrCat("there is no field '", name, "'; the fields are ", FieldNames(type)));
    }
    if (absl::c_linear_search(given, field)) {
      return Wrong(absl::StrCat(field->name(), " is given twice"));
    }
    given.push_back(field);
    SERIN_RETURN_IF_ERROR(PutArgument(arguments[i], field, message));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::TransformStep> Parse(absl::string_view text) {
  const absl::string_view name = text.substr(0, text.find_first_of(" \t\n"));
  const absl::string_view rest = absl::StripAsciiWhitespace(text.substr(name.size()));
  const Descriptor& type = *v1::TransformStep::descriptor();
  const FieldDescriptor* field = type.FindFieldByName(std::string(name));
  if (field == nullptr) {
    return Wrong(absl::StrCat("there is no step '", name, "'; the steps are ", FieldNames(type)));
  }
  v1::TransformStep step;
  Message* message = step.GetReflection()->MutableMessage(&step, field);
  if (step.has_filter()) {
    step.mutable_filter()->set_expression(std::string(rest));
    return step;
  }
  SERIN_ASSIGN_OR_RETURN(const std::vector<StepArgument> arguments, ParseStepArguments(rest));
  SERIN_RETURN_IF_ERROR(PutArguments(arguments, message));
  return step;
}

// --- To text --------------------------------------------------------------------------------

std::string ItemText(const Message& message, const FieldDescriptor* field, int index) {
  const Reflection& reflection = *message.GetReflection();
  const bool repeated = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_ENUM:
      return WordOf(*reflection.GetEnum(message, field));
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(message, field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection.GetInt64(message, field));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(reflection.GetUInt64(message, field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return FormatNumber(repeated ? reflection.GetRepeatedDouble(message, field, index)
                                   : reflection.GetDouble(message, field));
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      const auto& key = static_cast<const v1::TransformStep::Sort::Key&>(
          reflection.GetRepeatedMessage(message, field, index));
      return absl::StrCat(key.descending() ? "-" : "", QuoteStepItem(key.column()));
    }
    default:
      return QuoteStepItem(repeated ? reflection.GetRepeatedString(message, field, index)
                                    : reflection.GetString(message, field));
  }
}

std::string ArgumentText(const Message& message, const FieldDescriptor* field) {
  const int count = field->is_repeated() ? message.GetReflection()->FieldSize(message, field) : 1;
  std::vector<std::string> items;
  for (int i = 0; i < count; ++i) items.push_back(ItemText(message, field, i));
  return absl::StrCat(field->name(), "=", absl::StrJoin(items, ","));
}

std::vector<const FieldDescriptor*> FieldsOf(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  return fields;
}

}  // namespace

absl::StatusOr<v1::TransformStep> ParseTransformStep(absl::string_view text) {
  absl::StatusOr<v1::TransformStep> step = Parse(absl::StripAsciiWhitespace(text));
  if (step.ok()) return step;
  return Wrong(absl::StrCat("step '", text, "': ", step.status().message()));
}

absl::StatusOr<std::vector<v1::TransformStep>> ParseTransformSteps(absl::string_view json) {
  json = absl::StripAsciiWhitespace(json);
  const std::string object =
      absl::StartsWith(json, "[") ? absl::StrCat("{\"steps\": ", json, "}") : std::string(json);
  v1::Derivation derivation;
  const auto status = google::protobuf::util::JsonStringToMessage(object, &derivation);
  if (!status.ok()) {
    // Behind the first line, the parser shows the text with an arrow.
    const std::string message = status.ToString();
    return Wrong(absl::StrCat(
        "is not a list of steps: ",
        absl::StripPrefix(message.substr(0, message.find('\n')), "INVALID_ARGUMENT:")));
  }
  return std::vector<v1::TransformStep>(derivation.steps().begin(), derivation.steps().end());
}

std::string FormatTransformStep(const v1::TransformStep& step) {
  const std::vector<const FieldDescriptor*> set = FieldsOf(step);
  if (set.empty()) return "";
  if (step.has_filter()) return absl::StrCat("filter ", step.filter().expression());
  const Message& message = step.GetReflection()->GetMessage(step, set[0]);
  std::string text = set[0]->name();
  for (const FieldDescriptor* field : FieldsOf(message)) {
    absl::StrAppend(&text, " ", ArgumentText(message, field));
  }
  return text;
}

}  // namespace serin
