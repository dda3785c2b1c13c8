#include "core/learn/spec.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/errors.h"
#include "core/base/status_macros.h"
#include "core/base/utf8.h"
#include "core/learn/algorithm.h"
#include "core/learn/hyperparameters.h"
#include "core/learn/suggestion.h"
#include "core/table/schema.h"

namespace serin {
namespace {

constexpr size_t kMaxQuotedName = 64;

std::string Quoted(absl::string_view name) { return QuoteForError(name, kMaxQuotedName); }

std::vector<std::string> NamesOf(const v1::Schema& schema) {
  std::vector<std::string> names;
  for (const v1::ColumnSchema& column : schema.columns()) names.push_back(column.name());
  return names;
}

// The column that a field of the specification names.
absl::StatusOr<const v1::ColumnSchema*> ColumnNamed(const std::string& field,
                                                    const std::string& name,
                                                    const v1::Schema& schema) {
  const v1::ColumnSchema* column = FindColumn(schema, name);
  if (column != nullptr) return column;
  return InvalidField(field,
                      absl::StrCat("the dataset has no column ", Quoted(name), "; it has ",
                                   ListColumnNames(schema), DidYouMean(name, NamesOf(schema))));
}

absl::StatusOr<const Algorithm*> AlgorithmNamed(const std::string& name) {
  const Algorithm* algorithm = FindAlgorithm(name);
  if (algorithm != nullptr) return algorithm;
  std::vector<std::string> known;
  for (const Algorithm& each : Algorithms()) known.push_back(each.description.name());
  const std::string what =
      name.empty() ? "is required" : absl::StrCat("there is no algorithm ", Quoted(name));
  return InvalidField("algorithm", absl::StrCat(what, "; there are ", absl::StrJoin(known, ", "),
                                                DidYouMean(name, known)));
}

absl::string_view TaskName(v1::Task task) {
  return task == v1::TASK_REGRESSION ? "regression" : "classification";
}

bool HoldsAmounts(v1::ColumnType type) {
  return type == v1::COLUMN_TYPE_NUMBER || type == v1::COLUMN_TYPE_TIMESTAMP;
}

// What is predicted if the request leaves it open.
v1::Task DefaultTask(const v1::Algorithm& algorithm, v1::ColumnType target) {
  if (algorithm.tasks_size() == 1) return algorithm.tasks(0);
  return HoldsAmounts(target) ? v1::TASK_REGRESSION : v1::TASK_CLASSIFICATION;
}

bool Supports(const v1::Algorithm& algorithm, v1::Task task) {
  const auto& tasks = algorithm.tasks();
  return std::find(tasks.begin(), tasks.end(), task) != tasks.end();
}

std::string AlgorithmsFor(v1::Task task) {
  std::vector<std::string> names;
  for (const Algorithm& algorithm : Algorithms()) {
    if (Supports(algorithm.description, task)) names.push_back(algorithm.description.name());
  }
  return absl::StrJoin(names, ", ");
}

// Which targets a task can have: numbers and timestamps are amounts; numbers, categories and
// booleans are classes.
absl::Status CheckTarget(v1::Task task, const v1::ColumnSchema& target) {
  const bool fits = task == v1::TASK_REGRESSION ? HoldsAmounts(target.type())
                                                : target.type() != v1::COLUMN_TYPE_TIMESTAMP;
  if (fits) return absl::OkStatus();
  const v1::Task other =
      task == v1::TASK_REGRESSION ? v1::TASK_CLASSIFICATION : v1::TASK_REGRESSION;
  return InvalidField("target", absl::StrCat("column ", Quoted(target.name()), " is of type ",
                                             TypeName(target.type()), ", which ", TaskName(task),
                                             " cannot predict; for ", TaskName(other), " use ",
                                             AlgorithmsFor(other)));
}

absl::StatusOr<v1::Task> ResolveTask(v1::Task given, const v1::Algorithm& algorithm,
                                     const v1::ColumnSchema& target) {
  if (target.type() == v1::COLUMN_TYPE_TEXT) {
    return InvalidField("target", absl::StrCat("column ", Quoted(target.name()),
                                               " is free text, which cannot be predicted"));
  }
  const v1::Task task =
      given == v1::TASK_UNSPECIFIED ? DefaultTask(algorithm, target.type()) : given;
  if (!v1::Task_IsValid(task)) return InvalidField("task", absl::StrCat("is unknown: ", task));
  if (!Supports(algorithm, task)) {
    return InvalidField("task", absl::StrCat(algorithm.name(), " does no ", TaskName(task),
                                             "; use ", AlgorithmsFor(task)));
  }
  SERIN_RETURN_IF_ERROR(CheckTarget(task, target));
  return task;
}

absl::Status CheckFeature(const std::string& field, const std::string& name,
                          const std::string& target, const v1::Schema& schema) {
  SERIN_ASSIGN_OR_RETURN(const v1::ColumnSchema* column, ColumnNamed(field, name, schema));
  if (name == target) return InvalidField(field, absl::StrCat(Quoted(name), " is the target"));
  if (column->type() != v1::COLUMN_TYPE_TEXT) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("column ", Quoted(name),
                                          " is free text, which cannot be a feature; leave it "
                                          "out, or upload the dataset with type category for it"));
}

absl::Status CheckFeatures(const v1::TrainingSpec& spec, const v1::Schema& schema) {
  absl::flat_hash_set<std::string> seen;
  for (int i = 0; i < spec.features_size(); ++i) {
    const std::string field = absl::StrCat("features[", i, "]");
    SERIN_RETURN_IF_ERROR(CheckFeature(field, spec.features(i), spec.target(), schema));
    if (!seen.insert(spec.features(i)).second) {
      return InvalidField(field, absl::StrCat("names ", Quoted(spec.features(i)), " again"));
    }
  }
  return absl::OkStatus();
}

absl::Status ResolveFeatures(const v1::Schema& schema, v1::TrainingSpec* spec) {
  if (!spec->features().empty()) return CheckFeatures(*spec, schema);
  for (const v1::ColumnSchema& column : schema.columns()) {
    if (column.name() == spec->target() || column.type() == v1::COLUMN_TYPE_TEXT) continue;
    spec->add_features(column.name());
  }
  if (!spec->features().empty()) return absl::OkStatus();
  return InvalidField("features",
                      "there are none: the dataset has no column other than the target and text");
}

absl::Status ResolveHoldout(v1::TrainingSpec* spec) {
  if (!spec->has_holdout_fraction()) spec->set_holdout_fraction(kDefaultHoldoutFraction);
  const double fraction = spec->holdout_fraction();
  // The negation also catches NaN.
  if (!(fraction >= 0 && fraction <= kMaxHoldoutFraction)) {
    return InvalidField("holdout_fraction", absl::StrCat("must be at least 0 and at most ",
                                                         kMaxHoldoutFraction, ", is ", fraction));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::TrainingSpec> ResolveSpec(const v1::TrainingSpec& spec,
                                             const v1::Schema& dataset) {
  const v1::Schema schema = ModelSchemaOf(dataset);
  v1::TrainingSpec resolved = spec;
  SERIN_ASSIGN_OR_RETURN(const Algorithm* algorithm, AlgorithmNamed(spec.algorithm()));
  if (spec.target().empty()) return InvalidField("target", "is required");
  SERIN_ASSIGN_OR_RETURN(const v1::ColumnSchema* target,
                         ColumnNamed("target", spec.target(), schema));
  SERIN_ASSIGN_OR_RETURN(const v1::Task task,
                         ResolveTask(spec.task(), algorithm->description, *target));
  resolved.set_task(task);
  SERIN_RETURN_IF_ERROR(ResolveFeatures(schema, &resolved));
  SERIN_ASSIGN_OR_RETURN(*resolved.mutable_hyperparameters(),
                         ResolveHyperparameters(spec.hyperparameters(), algorithm->description));
  SERIN_RETURN_IF_ERROR(
      CheckFeatureKeys(resolved.hyperparameters(), algorithm->description, resolved.features()));
  SERIN_RETURN_IF_ERROR(ResolveHoldout(&resolved));
  return resolved;
}

}  // namespace serin
