#ifndef SERIN_VALUES_H_
#define SERIN_VALUES_H_

#include <initializer_list>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"
#include "serin/v1/job.pb.h"
#include "serin/v1/predict_service.pb.h"
#include "serin/v1/table.pb.h"

// Short ways to write down what requests are made of.

namespace serin {

// What a feature holds in one row: a number, a string, a truth value, or nullptr for missing.
class FeatureValue {
 public:
  FeatureValue(std::nullptr_t) { value_.set_null_value(google::protobuf::NULL_VALUE); }  // NOLINT
  FeatureValue(absl::string_view text) { value_.set_string_value(std::string(text)); }   // NOLINT
  FeatureValue(const std::string& text) { value_.set_string_value(text); }               // NOLINT
  FeatureValue(const char* text) { value_.set_string_value(text); }                      // NOLINT
  FeatureValue(bool flag) { value_.set_bool_value(flag); }                               // NOLINT
  template <typename Number, std::enable_if_t<std::is_arithmetic_v<Number>, int> = 0>
  FeatureValue(Number number) {  // NOLINT: conversion is what this class is for.
    value_.set_number_value(static_cast<double>(number));
  }

  const google::protobuf::Value& value() const { return value_; }

 private:
  google::protobuf::Value value_;
};

// One row in the friendly form: MakeRow({{"sepal_length", 5.1}, {"colour", "blue"}}).
v1::Row MakeRow(std::initializer_list<std::pair<absl::string_view, FeatureValue>> features);

// One feature of many rows in the fast form. A NaN among numbers means missing.
v1::Column NumberColumn(absl::string_view name, const std::vector<double>& values);
v1::Column StringColumn(absl::string_view name, std::vector<std::string> values);
v1::Column BooleanColumn(absl::string_view name, const std::vector<bool>& values);

// Sets one hyperparameter, as TrainService.ListAlgorithms describes them.
void SetHyperparameter(v1::TrainingSpec& spec, absl::string_view name, double value);

}  // namespace serin

#endif  // SERIN_VALUES_H_
