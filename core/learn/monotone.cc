#include "core/learn/monotone.h"

#include <map>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/learn/describe_hyperparameter.h"

namespace serin {
namespace {

constexpr char kName[] = "monotone_constraints";

std::string FieldOf(const std::string& feature) {
  return absl::StrCat("hyperparameters.", kName, ".", feature);
}

absl::StatusOr<int> DirectionOf(const std::string& feature, double value) {
  if (value == -1 || value == 0 || value == 1) return static_cast<int>(value);
  return InvalidField(FieldOf(feature),
                      "must be 1 (the prediction does not fall where the feature grows), -1 (it "
                      "does not grow) or 0 (no constraint)");
}

// Constrains the one input that grows with the feature.
absl::Status Constrain(const TrainingSet& data, int feature, const std::string& name, int direction,
                       std::vector<int>* directions) {
  for (size_t i = 0; i < data.columns.size(); ++i) {
    if (data.columns[i].feature != static_cast<size_t>(feature) || !data.columns[i].increasing) {
      continue;
    }
    (*directions)[i] = direction;
    return absl::OkStatus();
  }
  return InvalidField(FieldOf(name),
                      absl::StrCat("'", name,
                                   "' reaches the model as categories, which have no "
                                   "order; only numbers can be constrained"));
}

}  // namespace

v1::Hyperparameter MonotoneParameter() {
  return NumberMapParameter(
      kName,
      "By feature: 1, the prediction (for two classes, the probability of the second) does not "
      "fall where the feature grows; -1, it does not grow. Not for three or more classes.",
      {.min = -1, .max = 1}, v1::Hyperparameter::KEYS_FEATURES);
}

absl::StatusOr<std::string> MonotoneConstraints(const TrainingSet& data,
                                                const Hyperparameters& hyperparameters,
                                                const internal::v1::Predictor& model) {
  const std::map<std::string, double> given = hyperparameters.NumberMap(kName);
  if (given.empty()) return std::string();
  if (data.class_count > 2) {
    return InvalidField(absl::StrCat("hyperparameters.", kName),
                        absl::StrCat("the target has ", data.class_count,
                                     " classes; only numbers and two classes can be constrained"));
  }
  std::vector<int> directions(data.input_count);
  for (int feature = 0; feature < model.features().columns_size(); ++feature) {
    const std::string& name = model.features().columns(feature).name();
    const auto it = given.find(name);
    if (it == given.end()) continue;
    SERIN_ASSIGN_OR_RETURN(const int direction, DirectionOf(name, it->second));
    if (direction == 0) continue;
    SERIN_RETURN_IF_ERROR(Constrain(data, feature, name, direction, &directions));
  }
  return absl::StrCat("(", absl::StrJoin(directions, ","), ")");
}

}  // namespace serin
