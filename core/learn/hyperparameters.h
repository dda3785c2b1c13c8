#ifndef SERIN_CORE_LEARN_HYPERPARAMETERS_H_
#define SERIN_CORE_LEARN_HYPERPARAMETERS_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"
#include "serin/v1/algorithm.pb.h"

namespace serin {

// A range of allowed values.
struct Range {
  double min;
  double max;
  bool min_exclusive = false;
};

// Descriptions for the list of an algorithm's hyperparameters.
v1::Hyperparameter NumberParameter(absl::string_view name, absl::string_view description,
                                   double default_value, const Range& range);
v1::Hyperparameter IntegerParameter(absl::string_view name, absl::string_view description,
                                    double default_value, const Range& range);

// Checks the given values against the algorithm's description and fills in the defaults. Errors
// are InvalidField on `hyperparameters.NAME`.
absl::StatusOr<google::protobuf::Struct> ResolveHyperparameters(
    const google::protobuf::Struct& given, const v1::Algorithm& algorithm);

// Resolved values, by name. Every name of the algorithm is there.
class Hyperparameters {
 public:
  explicit Hyperparameters(google::protobuf::Struct resolved) : values_(std::move(resolved)) {}

  double Number(const std::string& name) const { return values_.fields().at(name).number_value(); }
  int Integer(const std::string& name) const { return static_cast<int>(Number(name)); }

 private:
  google::protobuf::Struct values_;
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_HYPERPARAMETERS_H_
