#ifndef SERIN_CORE_LEARN_HYPERPARAMETERS_H_
#define SERIN_CORE_LEARN_HYPERPARAMETERS_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/repeated_field.h"
#include "google/protobuf/struct.pb.h"
#include "serin/v1/algorithm.pb.h"

namespace serin {

// Checks the given values against the algorithm's description and fills in the defaults. Errors
// are InvalidField on `hyperparameters.NAME`, or on an entry of it: `hyperparameters.NAME.KEY`,
// `hyperparameters.NAME[INDEX]`.
absl::StatusOr<google::protobuf::Struct> ResolveHyperparameters(
    const google::protobuf::Struct& given, const v1::Algorithm& algorithm);

// Checks that the maps with KEYS_FEATURES name only these features. Errors as above.
absl::Status CheckFeatureKeys(const google::protobuf::Struct& resolved,
                              const v1::Algorithm& algorithm,
                              const google::protobuf::RepeatedPtrField<std::string>& features);

// The same for those with KEYS_CLASSES, which only the data tell: for the algorithm's fit.
absl::Status CheckClassKeys(const google::protobuf::Struct& resolved,
                            const v1::Algorithm& algorithm,
                            const google::protobuf::RepeatedPtrField<std::string>& classes);

// Resolved values, by name, each to be asked for by the type it is described with. Every name of
// the algorithm is there.
class Hyperparameters {
 public:
  explicit Hyperparameters(google::protobuf::Struct resolved) : values_(std::move(resolved)) {}

  double Number(const std::string& name) const { return At(name).number_value(); }
  int Integer(const std::string& name) const { return static_cast<int>(Number(name)); }
  bool Boolean(const std::string& name) const { return At(name).bool_value(); }
  const std::string& String(const std::string& name) const { return At(name).string_value(); }
  std::vector<int> IntegerList(const std::string& name) const;
  std::map<std::string, double> NumberMap(const std::string& name) const;

  const google::protobuf::Struct& values() const { return values_; }

 private:
  const google::protobuf::Value& At(const std::string& name) const {
    return values_.fields().at(name);
  }

  google::protobuf::Struct values_;
};

}  // namespace serin

#endif  // SERIN_CORE_LEARN_HYPERPARAMETERS_H_
