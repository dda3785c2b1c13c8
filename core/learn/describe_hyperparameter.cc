#include "core/learn/describe_hyperparameter.h"

namespace serin {
namespace {

using google::protobuf::Value;

v1::Hyperparameter Describe(absl::string_view name, absl::string_view description,
                            v1::Hyperparameter::Type type) {
  v1::Hyperparameter parameter;
  parameter.set_name(std::string(name));
  parameter.set_description(std::string(description));
  parameter.set_type(type);
  return parameter;
}

void SetRange(const Range& range, v1::Hyperparameter* parameter) {
  parameter->set_min(range.min);
  parameter->set_max(range.max);
  parameter->set_min_exclusive(range.min_exclusive);
}

v1::Hyperparameter DescribeNumber(absl::string_view name, absl::string_view description,
                                  v1::Hyperparameter::Type type, double default_value,
                                  const Range& range) {
  v1::Hyperparameter parameter = Describe(name, description, type);
  parameter.mutable_default_value()->set_number_value(default_value);
  SetRange(range, &parameter);
  return parameter;
}

v1::Hyperparameter SearchBetween(v1::Hyperparameter parameter, double min, double max,
                                 bool logarithmic) {
  v1::SearchRange& search = *parameter.mutable_search();
  search.set_min(min);
  search.set_max(max);
  search.set_logarithmic(logarithmic);
  return parameter;
}

Value BooleanValue(bool boolean) {
  Value value;
  value.set_bool_value(boolean);
  return value;
}

Value StringValue(const std::string& text) {
  Value value;
  value.set_string_value(text);
  return value;
}

}  // namespace

v1::Hyperparameter NumberParameter(absl::string_view name, absl::string_view description,
                                   double default_value, const Range& range) {
  return DescribeNumber(name, description, v1::Hyperparameter::TYPE_NUMBER, default_value, range);
}

v1::Hyperparameter IntegerParameter(absl::string_view name, absl::string_view description,
                                    double default_value, const Range& range) {
  return DescribeNumber(name, description, v1::Hyperparameter::TYPE_INTEGER, default_value, range);
}

v1::Hyperparameter BooleanParameter(absl::string_view name, absl::string_view description,
                                    bool default_value) {
  v1::Hyperparameter parameter = Describe(name, description, v1::Hyperparameter::TYPE_BOOLEAN);
  *parameter.mutable_default_value() = BooleanValue(default_value);
  return parameter;
}

v1::Hyperparameter StringParameter(absl::string_view name, absl::string_view description,
                                   const std::vector<std::string>& choices) {
  v1::Hyperparameter parameter = Describe(name, description, v1::Hyperparameter::TYPE_STRING);
  parameter.mutable_choices()->Add(choices.begin(), choices.end());
  *parameter.mutable_default_value() = StringValue(choices.front());
  return parameter;
}

v1::Hyperparameter IntegerListParameter(absl::string_view name, absl::string_view description,
                                        const std::vector<int>& default_value, const Range& range,
                                        int max_entries) {
  v1::Hyperparameter parameter = Describe(name, description, v1::Hyperparameter::TYPE_INTEGER_LIST);
  *parameter.mutable_default_value() = ListValueOf(default_value);
  SetRange(range, &parameter);
  parameter.set_max_entries(max_entries);
  return parameter;
}

v1::Hyperparameter NumberMapParameter(absl::string_view name, absl::string_view description,
                                      const Range& range, v1::Hyperparameter::Keys keys) {
  v1::Hyperparameter parameter = Describe(name, description, v1::Hyperparameter::TYPE_NUMBER_MAP);
  parameter.mutable_default_value()->mutable_struct_value();
  SetRange(range, &parameter);
  parameter.set_keys(keys);
  return parameter;
}

v1::Hyperparameter SearchLogarithmic(v1::Hyperparameter parameter, double min, double max) {
  return SearchBetween(std::move(parameter), min, max, /*logarithmic=*/true);
}

v1::Hyperparameter SearchUniform(v1::Hyperparameter parameter, double min, double max) {
  return SearchBetween(std::move(parameter), min, max, /*logarithmic=*/false);
}

v1::Hyperparameter SearchAmong(v1::Hyperparameter parameter, const std::vector<Value>& values) {
  parameter.mutable_search()->mutable_values()->Add(values.begin(), values.end());
  return parameter;
}

v1::Hyperparameter SearchAll(v1::Hyperparameter parameter) {
  if (parameter.type() == v1::Hyperparameter::TYPE_BOOLEAN) {
    return SearchAmong(std::move(parameter), {BooleanValue(false), BooleanValue(true)});
  }
  std::vector<Value> values;
  for (const std::string& choice : parameter.choices()) values.push_back(StringValue(choice));
  return SearchAmong(std::move(parameter), values);
}

Value ListValueOf(const std::vector<int>& numbers) {
  Value value;
  google::protobuf::ListValue& list = *value.mutable_list_value();
  for (const int number : numbers) list.add_values()->set_number_value(number);
  return value;
}

}  // namespace serin
