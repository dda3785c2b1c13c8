#include "core/learn/spec.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/learn/algorithm.h"
#include "core/learn/hyperparameters.h"
#include "core/learn/spec_column.h"
#include "core/learn/spec_evaluation.h"
#include "core/learn/spec_preprocessing.h"
#include "core/learn/spec_search.h"
#include "core/learn/spec_task.h"
#include "core/table/schema.h"

namespace serin {
namespace {

// With a search, what is given is checked and kept; what is not given is what it looks for.
absl::Status ResolveHyperparametersOf(const Algorithm* algorithm, v1::TrainingSpec* spec) {
  if (algorithm == nullptr) {
    if (spec->hyperparameters().fields().empty()) return absl::OkStatus();
    return InvalidField("hyperparameters",
                        "auto chooses them; name an algorithm to set some of them");
  }
  SERIN_ASSIGN_OR_RETURN(google::protobuf::Struct resolved,
                         ResolveHyperparameters(spec->hyperparameters(), algorithm->description));
  SERIN_RETURN_IF_ERROR(CheckFeatureKeys(resolved, algorithm->description, spec->features()));
  if (!spec->has_search()) *spec->mutable_hyperparameters() = std::move(resolved);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::TrainingSpec> ResolveSpec(const v1::TrainingSpec& spec,
                                             const v1::Schema& dataset) {
  const v1::Schema schema = ModelSchemaOf(dataset);
  v1::TrainingSpec resolved = spec;
  SERIN_ASSIGN_OR_RETURN(const Algorithm* algorithm, AlgorithmNamed("algorithm", spec.algorithm()));
  if (spec.target().empty()) return InvalidField("target", "is required");
  SERIN_ASSIGN_OR_RETURN(const v1::ColumnSchema* target,
                         ColumnNamed("target", spec.target(), schema));
  SERIN_ASSIGN_OR_RETURN(const v1::Task task, ResolveTask(spec.task(), algorithm, *target));
  resolved.set_task(task);
  SERIN_RETURN_IF_ERROR(ResolveEvaluation(schema, &resolved));
  SERIN_RETURN_IF_ERROR(ResolveFeatures(schema, &resolved));
  SERIN_RETURN_IF_ERROR(ResolvePreprocessing(schema, algorithm, &resolved));
  SERIN_RETURN_IF_ERROR(ResolveSearch(&resolved));
  SERIN_RETURN_IF_ERROR(ResolveHyperparametersOf(algorithm, &resolved));
  return resolved;
}

std::vector<std::string> ColumnsOf(const v1::TrainingSpec& spec) {
  std::vector<std::string> names = {spec.target()};
  names.insert(names.end(), spec.features().begin(), spec.features().end());
  const std::string& split_by = spec.evaluation().column();
  const bool known = std::find(names.begin(), names.end(), split_by) != names.end();
  if (!split_by.empty() && !known) names.push_back(split_by);
  return names;
}

}  // namespace serin
