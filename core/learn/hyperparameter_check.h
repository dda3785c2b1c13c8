#ifndef SERIN_CORE_LEARN_HYPERPARAMETER_CHECK_H_
#define SERIN_CORE_LEARN_HYPERPARAMETER_CHECK_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/struct.pb.h"
#include "serin/v1/algorithm.pb.h"

namespace serin {

// The field of a specification that holds a hyperparameter, as errors name it. Long names are cut.
std::string HyperparameterField(absl::string_view name);

// OK if the value is of the hyperparameter's type and within what is allowed. InvalidField naming
// the hyperparameter, or the entry of its list or map, what it is and what it must be.
absl::Status CheckHyperparameter(const google::protobuf::Value& value,
                                 const v1::Hyperparameter& parameter);

}  // namespace serin

#endif  // SERIN_CORE_LEARN_HYPERPARAMETER_CHECK_H_
