#ifndef SERIN_CORE_LEARN_DESCRIBE_HYPERPARAMETER_H_
#define SERIN_CORE_LEARN_DESCRIBE_HYPERPARAMETER_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"
#include "serin/v1/algorithm.pb.h"

// The entries of an algorithm's list of hyperparameters. ListAlgorithms, docs/algorithms.md, the
// check of a request and the search are all made from them.

namespace serin {

// A range of allowed values.
struct Range {
  double min;
  double max;
  bool min_exclusive = false;
};

v1::Hyperparameter NumberParameter(absl::string_view name, absl::string_view description,
                                   double default_value, const Range& range);
v1::Hyperparameter IntegerParameter(absl::string_view name, absl::string_view description,
                                    double default_value, const Range& range);
v1::Hyperparameter BooleanParameter(absl::string_view name, absl::string_view description,
                                    bool default_value);

// One of `choices`, of which the first is the default.
v1::Hyperparameter StringParameter(absl::string_view name, absl::string_view description,
                                   const std::vector<std::string>& choices);

// A list of at most `max_entries` whole numbers within `range`.
v1::Hyperparameter IntegerListParameter(absl::string_view name, absl::string_view description,
                                        const std::vector<int>& default_value, const Range& range,
                                        int max_entries);

// Numbers within `range` by name; none by default.
v1::Hyperparameter NumberMapParameter(absl::string_view name, absl::string_view description,
                                      const Range& range, v1::Hyperparameter::Keys keys);

// The same hyperparameter, which a search draws between these, both included: their logarithm
// uniformly (`min` is above 0), or themselves. One that is not given to any of these keeps its
// default in a search.
v1::Hyperparameter SearchLogarithmic(v1::Hyperparameter parameter, double min, double max);
v1::Hyperparameter SearchUniform(v1::Hyperparameter parameter, double min, double max);

// The same, drawn from values of its type.
v1::Hyperparameter SearchAmong(v1::Hyperparameter parameter,
                               const std::vector<google::protobuf::Value>& values);

// Both values of a boolean, or all choices of a string.
v1::Hyperparameter SearchAll(v1::Hyperparameter parameter);

// A list as the value of a hyperparameter.
google::protobuf::Value ListValueOf(const std::vector<int>& numbers);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_DESCRIBE_HYPERPARAMETER_H_
