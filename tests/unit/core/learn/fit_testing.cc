#include "tests/unit/core/learn/fit_testing.h"

#include "core/base/status_macros.h"
#include "google/protobuf/util/json_util.h"

namespace serin {

TrainingSet MakeSet(const std::vector<std::vector<double>>& rows, std::vector<double> targets,
                    size_t class_count) {
  TrainingSet set;
  set.row_count = rows.size();
  set.input_count = rows.front().size();
  for (const auto& row : rows) set.inputs.insert(set.inputs.end(), row.begin(), row.end());
  set.targets = std::move(targets);
  set.class_count = class_count;
  for (size_t i = 0; i < set.input_count; ++i) set.columns.push_back({.feature = i});
  return set;
}

absl::StatusOr<internal::v1::Predictor> FitOn(const TrainingSet& data, const std::string& name,
                                              const std::string& hyperparameters, uint64_t seed) {
  google::protobuf::Struct given;
  if (!google::protobuf::util::JsonStringToMessage(hyperparameters, &given).ok()) {
    return absl::InternalError("the test's hyperparameters are no JSON");
  }
  const Algorithm* algorithm = FindAlgorithm(name);
  if (algorithm == nullptr) return absl::NotFoundError(name);
  SERIN_ASSIGN_OR_RETURN(google::protobuf::Struct resolved,
                         ResolveHyperparameters(given, algorithm->description));
  internal::v1::Predictor model;
  SERIN_RETURN_IF_ERROR(algorithm->fit(
      data, Hyperparameters(std::move(resolved)), seed, [](const Iteration&) { return true; },
      &model));
  return model;
}

}  // namespace serin
